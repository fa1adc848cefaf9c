package zerocopy

import (
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/hold"
	"github.com/gosnakepit/snakepit/internal/offheap"
)

var cpu = Device{Type: CPU}

// New returns a tensor of zeros, outside Go's heap. Without a shape it has one element.
func New[T Element](shape ...int) (*Tensor, error) {
	return allocate("New", DTypeOf[T](), shape, offheap.Alloc)
}

// Empty is New for a type that is known only at run time.
func Empty(d DType, shape ...int) (*Tensor, error) { return allocate("Empty", d, shape, offheap.Alloc) }

func allocate(op string, d DType, shape []int, alloc func(int) (unsafe.Pointer, error)) (*Tensor, error) {
	if !d.valid() {
		return nil, fail(op, "%v is no type of elements", d)
	}
	if err := checkShape(op, d, shape); err != nil {
		return nil, err
	}
	p, err := alloc(count(shape) * d.Size())
	if err != nil {
		return nil, because(op, err)
	}
	m := newMemory(hold.Go)
	m.heap = p
	return ours(m, uintptr(p), d, shape), nil
}

// ours returns the first tensor of memory of Go. It takes over the reference.
func ours(m *memory, base uintptr, d DType, shape []int) *Tensor {
	t := newTensor(m, len(shape))
	t.base, t.dtype, t.device = base, d, cpu
	copy(t.shape(), shape)
	compact(t.strides(), shape)
	return t
}

// FromSlice returns a tensor of the slice's own elements. They are pinned until the last
// reference is given up. Without a shape it has one dimension; with one, as many elements
// as the slice. Memory that is not Go's, like what [Slice] returns, must outlive the tensor.
func FromSlice[T Element](s []T, shape ...int) (*Tensor, error) {
	if len(shape) == 0 {
		return pinned("FromSlice", s, DTypeOf[T](), len(s))
	}
	return pinned("FromSlice", s, DTypeOf[T](), shape...)
}

// FromBytes is FromSlice of bytes that are elements of another type.
func FromBytes(b []byte, d DType, shape ...int) (*Tensor, error) {
	size := d.Size()
	if !d.valid() {
		return nil, fail("FromBytes", "%v is no type of elements", d)
	}
	if uintptr(unsafe.Pointer(unsafe.SliceData(b)))%uintptr(alignment(d)) != 0 {
		return nil, fail("FromBytes", "the bytes begin at an address where no %v can begin; copy them to the Bytes of a tensor of Empty", d)
	}
	if len(shape) > 0 {
		return pinned("FromBytes", b, d, shape...)
	}
	if len(b)%size != 0 {
		return nil, fail("FromBytes", "%d bytes are no whole number of %v, which takes %d", len(b), d, size)
	}
	return pinned("FromBytes", b, d, len(b)/size)
}

func pinned[T Element](op string, s []T, d DType, shape ...int) (*Tensor, error) {
	if err := checkShape(op, d, shape); err != nil {
		return nil, err
	}
	want, have := count(shape)*d.Size(), len(s)*int(unsafe.Sizeof(*new(T)))
	if want != have {
		return nil, fail(op, "a shape of %s of %v is %d bytes, and the slice has %d; they must be equal", dims(shape), d, want, have)
	}
	m := newMemory(hold.Go)
	m.slice = true
	if len(s) > 0 {
		m.pins.Pin(unsafe.SliceData(s))
	}
	return ours(m, uintptr(unsafe.Pointer(unsafe.SliceData(s))), d, shape), nil
}

// alignment is what an address of an element must be a multiple of.
func alignment(d DType) int {
	n := int(d.Bits) / 8
	if d.Code == CodeComplex {
		n /= 2
	}
	return min(max(n, 1), 8)
}
