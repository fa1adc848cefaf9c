package zarrow

import (
	"unsafe"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// sound checks that data and all below it can be lent.
func sound(data arrow.ArrayData, level int) error {
	dt := storage(data.DataType())
	if level > depth {
		return &UnsupportedError{Type: dt.String(), Reason: "it is nested too deep"}
	}
	s := shapeOf(dt)
	if err := s.check(data); err != nil {
		return err
	}
	children, fields := data.Children(), fieldsOf(dt)
	if len(fields) != len(children) {
		return invalid("it has %d children, its type %v wants %d", len(children), dt, len(fields))
	}
	for i, child := range children {
		if err := sound(child, level+1); err != nil {
			return within(fields[i].Name, err)
		}
	}
	if dt.ID() != arrow.DICTIONARY {
		return nil
	}
	dict := dictionary(data)
	if dict == nil {
		return invalid("it is a dictionary array without a dictionary")
	}
	return sound(dict, level+1)
}

func fieldsOf(dt arrow.DataType) []arrow.Field {
	if nested, ok := dt.(arrow.NestedType); ok {
		return nested.Fields()
	}
	return nil
}

// count is how many buffers C sees.
func (s *shape) count(data arrow.ArrayData) int {
	if !s.views {
		return s.n
	}
	return s.n + len(s.more(data)) + 1
}

// more are the buffers of content of a view type.
func (s *shape) more(data arrow.ArrayData) []*memory.Buffer {
	if !s.views || len(data.Buffers()) < s.n {
		return nil
	}
	return data.Buffers()[s.n:]
}

// buffer is one of array.Data, nil if it is empty or left out.
func (s *shape) buffer(data arrow.ArrayData, i int) []byte {
	if i += s.first; i >= len(data.Buffers()) || data.Buffers()[i] == nil {
		return nil
	}
	return data.Buffers()[i].Bytes()
}

// check wants buffers that are long enough: C cannot know how long they are.
func (s *shape) check(data arrow.ArrayData) error {
	if data.Len() == 0 {
		return nil
	}
	for i, b := range s.bufs[:s.n] {
		have, want := int64(len(s.buffer(data, i))), b.size(int64(data.Offset()+data.Len()))
		if b.part == content {
			want = last(s.bufs[i-1], s.buffer(data, i-1), data)
		}
		if have < want && (b.part != validity || have > 0) {
			return invalid("its buffer %d has %d bytes, %d slots need %d", i, have, data.Offset()+data.Len(), want)
		}
	}
	return nil
}

func last(b buf, have []byte, data arrow.ArrayData) int64 {
	return offset(unsafe.Pointer(unsafe.SliceData(have)), b.bits, int64(data.Offset()+data.Len()))
}

// offset reads one offset of 32 or 64 bits.
func offset(p unsafe.Pointer, bits, i int64) int64 {
	if bits == 32 {
		return int64(*(*int32)(unsafe.Add(p, 4*i)))
	}
	return *(*int64)(unsafe.Add(p, 8*i))
}

// nulls is the number of nulls, -1 where nobody counted them yet: data that is
// shared between goroutines is read here, not written.
func (s *shape) nulls(dt arrow.DataType, data arrow.ArrayData) int64 {
	switch {
	case dt.ID() == arrow.NULL:
		return int64(data.Len())
	case !s.nullable() || len(s.buffer(data, 0)) == 0:
		return 0
	}
	return int64(data.NullN())
}

// dictionary returns the values of dictionary data, else nil.
func dictionary(data arrow.ArrayData) arrow.ArrayData {
	if storage(data.DataType()).ID() != arrow.DICTIONARY {
		return nil
	}
	if dict := data.Dictionary(); dict.(*array.Data) != nil {
		return dict
	}
	return nil
}
