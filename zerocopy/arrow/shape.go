package zarrow

import "github.com/apache/arrow/go/v17/arrow"

// part is what a buffer is for.
type part uint8

const (
	validity part = iota + 1
	slots         // so many bits per slot
	offsets       // so many bits per slot, and one more
	content       // bytes, as many as the last offset says
)

// buf is one buffer of a type.
type buf struct {
	part part
	bits int64
}

// shape is how a type lies in memory.
type shape struct {
	bufs  [3]buf
	n     int  // of bufs
	first int  // where they begin in array.Data, which keeps a place for the bitmap of unions
	views bool // more buffers of content follow, in C their sizes too
}

func (s *shape) nullable() bool { return s.n > 0 && s.bufs[0].part == validity }

// storage is the type that lies in memory.
func storage(dt arrow.DataType) arrow.DataType {
	if ext, ok := dt.(arrow.ExtensionType); ok {
		return ext.StorageType()
	}
	return dt
}

// shapeOf returns the shape of a storage type that [format] knows.
func shapeOf(dt arrow.DataType) shape {
	switch dt.ID() {
	case arrow.NULL, arrow.RUN_END_ENCODED:
		return shape{}
	case arrow.STRUCT, arrow.FIXED_SIZE_LIST:
		return valid()
	case arrow.LIST, arrow.MAP:
		return valid(buf{offsets, 32})
	case arrow.LARGE_LIST:
		return valid(buf{offsets, 64})
	case arrow.LIST_VIEW:
		return valid(buf{slots, 32}, buf{slots, 32})
	case arrow.LARGE_LIST_VIEW:
		return valid(buf{slots, 64}, buf{slots, 64})
	case arrow.STRING, arrow.BINARY:
		return valid(buf{offsets, 32}, buf{content, 8})
	case arrow.LARGE_STRING, arrow.LARGE_BINARY:
		return valid(buf{offsets, 64}, buf{content, 8})
	case arrow.STRING_VIEW, arrow.BINARY_VIEW:
		s := valid(buf{slots, 128})
		s.views = true
		return s
	case arrow.SPARSE_UNION:
		return shape{bufs: [3]buf{{slots, 8}}, n: 1, first: 1}
	case arrow.DENSE_UNION:
		return shape{bufs: [3]buf{{slots, 8}, {slots, 32}}, n: 2, first: 1}
	}
	return valid(buf{slots, int64(dt.(arrow.FixedWidthDataType).BitWidth())})
}

func valid(more ...buf) shape {
	s := shape{n: 1 + len(more)}
	s.bufs[0] = buf{validity, 1}
	copy(s.bufs[1:], more)
	return s
}

// size is how many bytes a buffer has for so many slots; content does not depend on them.
func (b buf) size(n int64) int64 {
	if b.part == offsets {
		n++
	}
	return (n*b.bits + 7) / 8
}
