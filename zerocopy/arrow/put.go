//go:build cgo

package zarrow

import (
	"unsafe"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"github.com/gosnakepit/snakepit/cgo/carrow"
	"github.com/gosnakepit/snakepit/zerocopy/internal/lend"
)

// zeroSize is the memory that empty buffers point to: some consumers read one
// offset of an array without slots, and some refuse null.
const zeroSize = 16

// measure is what the structs of an array need in C, and whether they can be written.
type measure struct{ size, structs int }

func (m *measure) add(data arrow.ArrayData, level int) error {
	dt := storage(data.DataType())
	if level > depth {
		return &UnsupportedError{Type: dt.String(), Reason: "it is nested too deep"}
	}
	s := shapeOf(dt)
	if err := s.check(data); err != nil {
		return err
	}
	m.structs++
	m.size += 8*s.count(data) + 8*len(s.more(data))
	children := data.Children()
	m.size += len(children) * int(unsafe.Sizeof(carrow.Array{})+unsafe.Sizeof(uintptr(0)))
	fields := fieldsOf(dt)
	if len(fields) != len(children) {
		return invalid("it has %d children, its type %v wants %d", len(children), dt, len(fields))
	}
	for i, child := range children {
		if err := m.add(child, level+1); err != nil {
			return within(fields[i].Name, err)
		}
	}
	return m.dictionary(data, dt, level)
}

func (m *measure) dictionary(data arrow.ArrayData, dt arrow.DataType, level int) error {
	if dt.ID() != arrow.DICTIONARY {
		return nil
	}
	dict := dictionary(data)
	if dict == nil {
		return invalid("it is a dictionary array without a dictionary")
	}
	m.size += int(unsafe.Sizeof(carrow.Array{}))
	return m.add(dict, level+1)
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

// put writes data and all below it. zero is memory for empty buffers.
func put(w *lend.Arena, zero unsafe.Pointer, data arrow.ArrayData, out *carrow.Array) {
	dt := storage(data.DataType())
	s := shapeOf(dt)
	out.Length, out.NullCount = int64(data.Len()), s.nulls(dt, data)
	if data.Len() > 0 {
		out.Offset = int64(data.Offset())
	}
	out.Release, out.Private = carrow.ArrayRelease(), w.Private()
	s.putBuffers(w, zero, data, out)
	if n := len(data.Children()); n > 0 {
		pointers, structs := lend.Many[*carrow.Array](w, n), lend.Many[carrow.Array](w, n)
		out.NumChildren, out.Children = int64(n), unsafe.Pointer(unsafe.SliceData(pointers))
		for i, child := range data.Children() {
			pointers[i] = &structs[i]
			put(w, zero, child, &structs[i])
		}
	}
	if dt.ID() == arrow.DICTIONARY {
		out.Dictionary = &lend.Many[carrow.Array](w, 1)[0]
		put(w, zero, data.Dictionary(), out.Dictionary)
	}
}

func (s *shape) putBuffers(w *lend.Arena, zero unsafe.Pointer, data arrow.ArrayData, out *carrow.Array) {
	n := s.count(data)
	if n == 0 {
		return
	}
	pointers := lend.Many[unsafe.Pointer](w, n)
	out.NumBuffers, out.Buffers = int64(n), unsafe.Pointer(unsafe.SliceData(pointers))
	for i := range s.n {
		pointers[i] = address(s.buffer(data, i), zero)
	}
	if s.nullable() && len(s.buffer(data, 0)) == 0 {
		pointers[0] = nil
	}
	if s.views {
		s.putViews(w, zero, data, pointers[s.n:])
	}
}

func (s *shape) putViews(w *lend.Arena, zero unsafe.Pointer, data arrow.ArrayData, pointers []unsafe.Pointer) {
	more := s.more(data)
	sizes := lend.Many[int64](w, len(more))
	for i, b := range more {
		pointers[i], sizes[i] = zero, 0
		if b != nil {
			pointers[i], sizes[i] = address(b.Bytes(), zero), int64(b.Len())
		}
	}
	pointers[len(more)] = zero
	if len(more) > 0 {
		pointers[len(more)] = unsafe.Pointer(unsafe.SliceData(sizes))
	}
}

func address(b []byte, zero unsafe.Pointer) unsafe.Pointer {
	if len(b) == 0 {
		return zero
	}
	return unsafe.Pointer(unsafe.SliceData(b))
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
