//go:build cgo

package zarrow

import (
	"unsafe"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/gosnakepit/snakepit/cgo/carrow"
	"github.com/gosnakepit/snakepit/zerocopy/internal/lend"
)

// zeroSize is the memory that empty buffers point to: some consumers read one
// offset of an array without slots, and some refuse null.
const zeroSize = 16

// measure is what the structs of an array need in C.
type measure struct{ size, structs int }

func (m *measure) add(data arrow.ArrayData) {
	dt := storage(data.DataType())
	s := shapeOf(dt)
	m.structs++
	m.size += 8*s.count(data) + 8*len(s.more(data))
	m.size += len(data.Children()) * int(unsafe.Sizeof(carrow.Array{})+unsafe.Sizeof(uintptr(0)))
	for _, child := range data.Children() {
		m.add(child)
	}
	if dict := dictionary(data); dict != nil {
		m.size += int(unsafe.Sizeof(carrow.Array{}))
		m.add(dict)
	}
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
