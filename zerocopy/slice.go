package zerocopy

import "unsafe"

// Slice returns the elements as a slice of Go, over the same memory and good until Release.
// The tensor must be of T, contiguous, writable, and in memory of the host.
func Slice[T Element](t *Tensor) ([]T, error) {
	if !t.enter() {
		return nil, released("Slice")
	}
	defer t.leave()
	if t.readOnly {
		return nil, fail("Slice", "%v is read-only; use ReadSlice, or write to a Clone", t)
	}
	return slice[T]("Slice", t)
}

// ReadSlice is Slice for reading only. What must not be written is not protected: writing
// there may change what others rely on, or end the program.
func ReadSlice[T Element](t *Tensor) ([]T, error) {
	if !t.enter() {
		return nil, released("ReadSlice")
	}
	defer t.leave()
	return slice[T]("ReadSlice", t)
}

func slice[T Element](op string, t *Tensor) ([]T, error) {
	if d := DTypeOf[T](); d != t.dtype {
		return nil, fail(op, "the elements of %v are no %v", t, d)
	}
	return elements[T](op, t, count(t.shape()))
}

// Bytes returns the elements' bytes, over the same memory and good until Release, for types
// that Go has no name for. They must be contiguous and in memory of the host, and must not
// be written if the tensor is read-only.
func (t *Tensor) Bytes() ([]byte, error) {
	if !t.enter() {
		return nil, released("Bytes")
	}
	defer t.leave()
	return elements[byte]("Bytes", t, count(t.shape())*t.dtype.Size())
}

func elements[T Element](op string, t *Tensor, n int) ([]T, error) {
	if err := t.checkHost(op); err != nil {
		return nil, err
	}
	if !contiguous(t.shape(), t.strides()) {
		return nil, fail(op, "the elements of %v do not lie one behind the other; use what Contiguous returns", t)
	}
	p := t.base + uintptr(t.offset)
	if n == 0 {
		return []T{}, nil
	}
	if p%unsafe.Alignof(*new(T)) != 0 {
		return nil, fail(op, "%v begins at an address where Go has no %v; use a Clone", t, t.dtype)
	}
	t.mem.lent(t)
	return unsafe.Slice((*T)(pointer(p)), n), nil
}

// lent takes the safety net down for memory whose users the collector does not see.
func (m *memory) lent(t *Tensor) {
	if !m.slice {
		t.guard.down()
	}
}
