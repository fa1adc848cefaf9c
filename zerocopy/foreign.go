package zerocopy

import (
	"math"

	"github.com/gosnakepit/snakepit/internal/hold"
)

// Foreign describes memory that somebody else made.
type Foreign struct {
	Data       uintptr // address, or a device's handle; may be 0 if there are no elements
	ByteOffset uint64  // of the first element from Data
	DType      DType
	Shape      []int // copied
	Strides    []int // in elements, copied; nil if the elements lie one behind the other
	Device     Device
	ReadOnly   bool

	// Origin, if set, is what the maker knows the memory by. Given back to him the tensor
	// is that, and no description of it; views of it are not.
	Origin uintptr
	// Release, if set, is called once, when the last reference to the memory is given up,
	// on whatever goroutine does that.
	Release func()
	// Synchronize, if set, makes a stream of the device wait for work on the memory.
	Synchronize func(stream uintptr) error
}

// FromPointer returns a tensor of memory that somebody else made, and takes over its
// Release. When it returns an error, naming the field that is wrong, Release is not called.
// That there is memory at Data it has to believe.
func FromPointer(f Foreign) (*Tensor, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	kind := hold.Foreign
	if !f.Device.Host() {
		kind = hold.Device
	}
	m := newMemory(kind)
	m.release, m.synchronize = f.Release, f.Synchronize
	t := newTensor(m, len(f.Shape))
	t.base, t.offset, t.dtype, t.device, t.readOnly = f.Data, int(f.ByteOffset), f.DType, f.Device, f.ReadOnly
	t.origin = f.Origin
	copy(t.shape(), f.Shape)
	if f.Strides == nil || count(f.Shape) == 0 {
		compact(t.strides(), f.Shape)
	} else {
		copy(t.strides(), f.Strides)
	}
	return t, nil
}

func (f *Foreign) check() error {
	const op = "FromPointer"
	if !f.DType.valid() {
		return fail(op, "DType: %v is no type of elements", f.DType)
	}
	if f.Device != cpu && (deviceNames[f.Device.Type] == "" || f.Device.ID < 0) {
		return fail(op, "Device: there is no %v; memory of the processor is Device{Type: CPU}", f.Device)
	}
	if err := checkShape(op, f.DType, f.Shape); err != nil {
		return err
	}
	if f.Strides != nil && len(f.Strides) != len(f.Shape) {
		return fail(op, "Strides: there are %d for %d dimensions", len(f.Strides), len(f.Shape))
	}
	return f.checkReach(op)
}

// checkReach wants that all elements have addresses.
func (f *Foreign) checkReach(op string) error {
	low, high := 0, count(f.Shape)*f.DType.Size()
	if f.Strides != nil {
		var err error
		if low, high, err = extent(op, f.DType, f.Shape, f.Strides); err != nil {
			return err
		}
	}
	if f.ByteOffset > math.MaxInt {
		return fail(op, "ByteOffset: %d is further than an address can reach", f.ByteOffset)
	}
	if high == 0 {
		return nil
	}
	if f.Data == 0 {
		return fail(op, "Data is 0, and there are %d elements", count(f.Shape))
	}
	return f.checkAddresses(op, uint64(-low), uint64(high))
}

func (f *Foreign) checkAddresses(op string, below, above uint64) error {
	first, most := f.ByteOffset, uint64(math.MaxInt)
	if !f.Device.handle() {
		first, most = first+uint64(f.Data), math.MaxUint64
		if first < f.ByteOffset {
			return fail(op, "ByteOffset: %d from Data is beyond the last address", f.ByteOffset)
		}
	}
	if below > first {
		return fail(op, "Strides: elements would lie %d bytes before the first one, which is before the memory begins", below)
	}
	if above > most-first {
		return fail(op, "Shape: elements would reach %d bytes from the first one, beyond the last address", above)
	}
	return nil
}
