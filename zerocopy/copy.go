package zerocopy

import (
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/offheap"
)

// Contiguous returns a tensor whose elements lie one behind the other: the same memory if
// they do already, a copy if not.
func (t *Tensor) Contiguous() (*Tensor, error) {
	if !t.enter() {
		return nil, released("Contiguous")
	}
	defer t.leave()
	if contiguous(t.shape(), t.strides()) {
		return t.same(), nil
	}
	return t.clone("Contiguous")
}

// Clone returns a copy in memory of its own, outside Go's heap, which may be written.
func (t *Tensor) Clone() (*Tensor, error) {
	if !t.enter() {
		return nil, released("Clone")
	}
	defer t.leave()
	return t.clone("Clone")
}

func (t *Tensor) clone(op string) (*Tensor, error) {
	if err := t.checkHost(op); err != nil {
		return nil, err
	}
	c, err := allocate(op, t.dtype, t.shape(), offheap.Dirty)
	if err == nil && count(t.shape()) > 0 {
		shape, strides := joined(t.shape(), t.strides())
		gather(c.base, t.base+uintptr(t.offset), shape, strides, uintptr(t.dtype.Size()))
	}
	return c, err
}

// joined leaves out dimensions of 1 and makes one of neighbours that run on, so that
// elements are copied in few, long pieces.
func joined(shape, strides []int) (s, st []int) {
	for i, d := range shape {
		last := len(s) - 1
		switch {
		case d == 1:
		case last >= 0 && st[last] == d*strides[i]:
			s[last], st[last] = s[last]*d, strides[i]
		default:
			s, st = append(s, d), append(st, strides[i])
		}
	}
	return s, st
}

// gather copies elements to lie one behind the other, and returns where they end.
func gather(to, from uintptr, shape, strides []int, size uintptr) uintptr {
	switch {
	case len(shape) == 0:
		return move(to, from, size)
	case len(shape) == 1 && strides[0] == 1:
		return move(to, from, uintptr(shape[0])*size)
	case len(shape) == 1:
		return row(to, from, shape[0], uintptr(strides[0])*size, size)
	}
	for range shape[0] {
		to = gather(to, from, shape[1:], strides[1:], size)
		from += uintptr(strides[0]) * size
	}
	return to
}

func move(to, from, n uintptr) uintptr {
	copy(unsafe.Slice((*byte)(pointer(to)), n), unsafe.Slice((*byte)(pointer(from)), n))
	return to + n
}

// row copies n elements that lie apart.
func row(to, from uintptr, n int, apart, size uintptr) uintptr {
	switch size {
	case 1:
		return words[uint8](to, from, n, apart)
	case 2:
		return words[uint16](to, from, n, apart)
	case 4:
		return words[uint32](to, from, n, apart)
	case 8:
		return words[uint64](to, from, n, apart)
	}
	for range n {
		to = move(to, from, size)
		from += apart
	}
	return to
}

func words[T uint8 | uint16 | uint32 | uint64](to, from uintptr, n int, apart uintptr) uintptr {
	size := unsafe.Sizeof(T(0))
	for range n {
		*(*T)(pointer(to)) = load[T](from)
		to, from = to+size, from+apart
	}
	return to
}

func (t *Tensor) checkHost(op string) error {
	if !t.device.Host() {
		return fail(op, "the memory of %v is on a device, where Go cannot read it; have a library of the device copy it to the host", t)
	}
	return nil
}
