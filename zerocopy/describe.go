package zerocopy

import (
	"fmt"
	"slices"

	"github.com/gosnakepit/snakepit/internal/hold"
)

// DType returns the type of the elements.
func (t *Tensor) DType() DType { return unless(t, t.dtype) }

// Device returns where the memory is.
func (t *Tensor) Device() Device { return unless(t, t.device) }

// ReadOnly reports whether the memory must not be written.
func (t *Tensor) ReadOnly() bool { return unless(t, t.readOnly) }

// NDim returns how many dimensions there are.
func (t *Tensor) NDim() int { return unless(t, len(t.shape())) }

// Shape returns the length of each dimension, as a copy.
func (t *Tensor) Shape() []int { return slices.Clone(unless(t, t.shape())) }

// Strides returns for each dimension how many elements further the next one is, as a copy.
func (t *Tensor) Strides() []int { return slices.Clone(unless(t, t.strides())) }

// Dim returns the length of a dimension, without allocating.
func (t *Tensor) Dim(i int) int { return unless(t, t.shape()[i]) }

// Stride returns the stride of a dimension, without allocating.
func (t *Tensor) Stride(i int) int { return unless(t, t.strides()[i]) }

// Len returns how many elements there are: the product of the shape.
func (t *Tensor) Len() int { return unless(t, count(t.shape())) }

// NBytes returns how many bytes the elements are: Len times the size of one.
func (t *Tensor) NBytes() int { return unless(t, count(t.shape())*t.dtype.Size()) }

// IsContiguous reports whether the elements lie one behind the other, the last index
// running fastest.
func (t *Tensor) IsContiguous() bool { return unless(t, contiguous(t.shape(), t.strides())) }

// Data returns the address of the first element: on the device, if it is a device's. It is
// good until Release. On devices where memory has a handle and no address, it is that.
func (t *Tensor) Data() uintptr {
	if !t.enter() {
		return 0
	}
	defer t.leave()
	t.mem.lent(t)
	return t.layout().Data
}

// String returns "float32[2 3] on cpu:0".
func (t *Tensor) String() string {
	if t == nil || t.released() {
		return "released tensor"
	}
	return fmt.Sprintf("%v%v on %v", t.dtype, t.shape(), t.device)
}

func unless[T any](t *Tensor, v T) (zero T) {
	if t.released() {
		return zero
	}
	return v
}

// Layout is all that is to know of a tensor, for who gives it to other libraries. Shape and
// Strides are the tensor's own: only to be read.
type Layout struct {
	Data       uintptr // of the first element
	ByteOffset uint64  // from Data, only where Data is a handle; 0 elsewhere
	DType      DType
	Device     Device
	ReadOnly   bool
	Origin     uintptr // of Foreign, if this is all that its maker gave
	Shape      []int
	Strides    []int
}

// layout is called by who has entered.
func (t *Tensor) layout() Layout {
	l := Layout{t.base, 0, t.dtype, t.device, t.readOnly, t.origin, t.shape(), t.strides()}
	if t.device.handle() {
		l.ByteOffset = uint64(t.offset)
	} else {
		l.Data += uintptr(t.offset)
	}
	return l
}

// Lend returns the layout, and the count of references to the memory with one more, which
// the caller gives up with Release when he or foreign code has done with it. Until then the
// layout is good, whatever becomes of the tensor.
func (t *Tensor) Lend() (Layout, *hold.Hold, error) {
	if !t.enter() {
		return Layout{}, nil, released("Lend")
	}
	defer t.leave()
	t.mem.hold.Retain()
	return t.layout(), t.mem.hold, nil
}

// Synchronize makes a stream of the device wait for what its owner still does with the
// memory, if he said how. The number of the stream is as in DLPack's protocol.
func (t *Tensor) Synchronize(stream uintptr) error {
	if !t.enter() {
		return released("Synchronize")
	}
	defer t.leave()
	if t.mem.synchronize == nil {
		return nil
	}
	if err := t.mem.synchronize(stream); err != nil {
		return because("Synchronize", err)
	}
	return nil
}
