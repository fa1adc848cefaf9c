package codec

import (
	"fmt"
	"reflect"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/zerocopy"
)

var tensorType = reflect.TypeFor[*zerocopy.Tensor]()

// putTensor lends a tensor to the call: as the object it was made of, if it came from
// Python and is no other view of it, else as a description of the memory.
func putTensor(f *wire.Frame, t *zerocopy.Tensor) error {
	switch {
	case t == nil:
		putTag(f, wire.None)
		return nil
	case f.Local:
		putSame(f, t)
		return nil
	}
	l, h, err := t.Lend()
	if err != nil {
		return faultOf("a tensor", err)
	}
	f.Hold(h)
	f.Traffic.LentIn += t.NBytes()
	if l.Origin != 0 && !f.Remote && !wire.IsRemote(l.Origin) {
		putWord(f, wire.Object, uint64(l.Origin))
		return nil
	}
	head := headOf(&l)
	head.Owner = uint64(h.Address())
	if f.Remote && wire.IsRemote(l.Origin) {
		head.Object = uint64(l.Origin)
	}
	f.PutTensor(&head, l.Shape, l.Strides)
	return nil
}

func headOf(l *zerocopy.Layout) wire.TensorHead {
	h := wire.TensorHead{
		Data: uint64(l.Data), Code: uint8(l.DType.Code), Bits: l.DType.Bits, Lanes: l.DType.Lanes,
		DeviceType: int32(l.Device.Type), DeviceID: l.Device.ID,
	}
	if l.ReadOnly {
		h.Flags |= wire.TensorReadOnly
	}
	if !l.Device.Host() {
		h.Flags |= wire.TensorSynchronizes
	}
	return h
}

func encTensor(f *wire.Frame, p unsafe.Pointer, _ trail) error {
	return putTensor(f, *(**zerocopy.Tensor)(p))
}

// readTensor reads what follows the tag.
func readTensor(r *wire.Reader) (*zerocopy.Tensor, error) {
	h, dims, ok := r.Tensor()
	if !ok {
		return nil, r.Garbled()
	}
	n := int(h.NDim)
	view := uintptr(h.Owner)
	t, err := zerocopy.FromPointer(zerocopy.Foreign{
		Data: uintptr(h.Data), Shape: dims[:n], Strides: dims[n:], ReadOnly: h.Flags&wire.TensorReadOnly != 0,
		DType:  zerocopy.DType{Code: zerocopy.DTypeCode(h.Code), Bits: h.Bits, Lanes: h.Lanes},
		Device: zerocopy.Device{Type: zerocopy.DeviceType(h.DeviceType), ID: h.DeviceID}, Origin: uintptr(h.Object),
		Release: func() { wire.Release(view) },
	})
	if err != nil {
		wire.Release(view)
		return nil, faultOf("a tensor", err)
	}
	r.Made(t)
	if h.Flags&wire.TensorCopied != 0 {
		r.Copied(t.NBytes())
	} else {
		r.Lent(t.NBytes())
	}
	return t, nil
}

func decodeTensor(r *wire.Reader) (any, error) {
	t, err := readTensor(r)
	if err != nil {
		return nil, err
	}
	return t, nil
}

func decTensor(r *wire.Reader, p unsafe.Pointer) error {
	switch r.Peek() {
	case wire.Object:
		return object(r, tensorType, p)
	case wire.None:
		r.Tag()
		*(**zerocopy.Tensor)(p) = nil
		return nil
	case wire.Tensor:
		r.Tag()
		t, err := readTensor(r)
		*(**zerocopy.Tensor)(p) = t
		return err
	}
	return mismatch(r, "a tensor")
}

// describeTensor names a tensor without reading it.
func describeTensor(r *wire.Reader) string {
	here := r.Pos()
	defer r.Seek(here)
	r.Tag()
	h, dims, ok := r.Tensor()
	if !ok {
		return ""
	}
	d := zerocopy.DType{Code: zerocopy.DTypeCode(h.Code), Bits: h.Bits, Lanes: h.Lanes}
	return fmt.Sprintf("tensor of %v, shape %v", d, dims[:h.NDim])
}

// WantsTensors reports whether a result of this type has a place for a tensor: then
// bytes and their kind are wanted as tensors too.
func WantsTensors(t reflect.Type) bool { return wantsTensors(t, map[reflect.Type]bool{}) }

func wantsTensors(t reflect.Type, seen map[reflect.Type]bool) bool {
	if t == tensorType {
		return true
	}
	if seen[t] || hasMeaning(t) {
		return false
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return wantsTensors(t.Elem(), seen)
	case reflect.Struct:
		for i := range t.NumField() {
			if wantsTensors(t.Field(i).Type, seen) {
				return true
			}
		}
	}
	return false
}
