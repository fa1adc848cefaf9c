package zarrow

import (
	"unsafe"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// buffers returns them as array.Data wants them, retained by it later.
func (n *node) buffers() ([]*memory.Buffer, error) {
	union := arrow.IsUnion(n.dt.ID())
	if n.shape.n == 0 {
		return []*memory.Buffer{nil}, nil
	}
	var all []*memory.Buffer
	skip := 0
	if union {
		all, skip = append(all, nil), 1-n.shape.first
	}
	for i, b := range n.shape.bufs[:n.shape.n] {
		size, err := n.size(i)
		if err != nil {
			return nil, err
		}
		buf, err := n.buffer(b, i+skip, size)
		if err != nil {
			return nil, err
		}
		all = append(all, buf)
	}
	if n.shape.views {
		return n.views(all)
	}
	return all, n.bitmap(all[0], union)
}

// size is how many bytes of a buffer belong to the data.
func (n *node) size(i int) (int64, error) {
	b := n.shape.bufs[i]
	if n.slots == 0 {
		return 0, nil
	}
	if b.part != content {
		if b.bits > 0 && n.slots >= maxBytes/b.bits {
			return 0, invalid("it has %d slots, more than memory", n.slots)
		}
		return b.size(n.slots), nil
	}
	first, last := n.ends(i - 1)
	if first < 0 || last < first || last > maxBytes {
		return 0, invalid("its content goes from %d to %d", first, last)
	}
	return last, nil
}

// ends are the first and the last offset. There is at least one slot, and the
// buffer was seen to exist.
func (n *node) ends(i int) (first, last int64) {
	p, bits := n.a.buffer(i), n.shape.bufs[i].bits
	return offset(p, bits, n.offset), offset(p, bits, n.slots)
}

func (n *node) buffer(b buf, i int, size int64) (*memory.Buffer, error) {
	p := n.a.buffer(i)
	switch {
	case p != nil && size > n.a.room(i):
		return nil, invalid("its buffer %d has %d bytes and should have %d", i, n.a.room(i), size)
	case p != nil:
		if size == 0 && b.part == validity {
			return nil, nil
		}
		return n.from.buffer(p, size), nil
	case b.part == validity:
		return nil, nil
	case size > 0:
		return nil, invalid("its buffer %d is null and should have %d bytes", i, size)
	}
	return n.from.buffer(nil, 0), nil
}

// bitmap decides how many nulls there are.
func (n *node) bitmap(b *memory.Buffer, union bool) error {
	switch {
	case union:
		return nil
	case b != nil:
		n.nulls = n.told
	case n.told > 0 && n.slots > 0:
		return invalid("it has %d nulls and no bitmap that says which", n.told)
	}
	return nil
}

// views adds the buffers of content, whose sizes are the last buffer.
func (n *node) views(all []*memory.Buffer) ([]*memory.Buffer, error) {
	have, _ := n.a.buffers()
	more := int(have) - n.shape.n - 1
	sizes := n.a.buffer(n.shape.n + more)
	if more > 0 && (sizes == nil || n.a.room(n.shape.n+more) < int64(8*more)) {
		return nil, invalid("it does not say how long its %d buffers of content are", more)
	}
	for i := range more {
		size := *(*int64)(unsafe.Add(sizes, 8*i))
		if size < 0 || size > maxBytes {
			return nil, invalid("its buffer %d has %d bytes, or says so", n.shape.n+i, size)
		}
		b, err := n.buffer(buf{content, 8}, n.shape.n+i, size)
		if err != nil {
			return nil, err
		}
		all = append(all, b)
	}
	return all, n.bitmap(all[0], false)
}
