package wire

import (
	"encoding/binary"
	"unsafe"
)

// TensorHead stands behind the tag Tensor, before the shape and the strides: NDim int64
// each, strides in elements. It has the layout of sp_tensor_head in cgo/tensor.h.
type TensorHead struct {
	Owner      uint64 // to Python the cell of a hold, from Python a view to be released
	Object     uint64 // from Python: what the tensor was made of; lives as long as the view
	Data       uint64 // address of the first element
	Code, Bits uint8  // DLPack's
	Lanes      uint16
	DeviceType int32
	DeviceID   int32
	Flags      uint8
	NDim       uint8
	_          [2]uint8
}

// Flags of a TensorHead.
const (
	TensorReadOnly     = 1 << iota
	TensorSynchronizes // its owner is to be asked before work on a stream reads it
	TensorCopied       // from Python: it was copied on its way
)

const tensorHeadSize = int(unsafe.Sizeof(TensorHead{}))

// ReleaseView gives up the owner of a tensor from Python. Package cgo sets it for views
// that are addresses, which are even; odd ones are of another process, whose profile sets
// ReleaseRemoteView.
var (
	ReleaseView       = func(view uintptr) {}
	ReleaseRemoteView = func(view uintptr) {}
)

// IsRemote reports whether a view, or the origin of a tensor, is of another process.
func IsRemote(view uintptr) bool { return view&1 == 1 }

// Release gives up the owner of a tensor from Python, wherever that is.
func Release(view uintptr) {
	if IsRemote(view) {
		ReleaseRemoteView(view)
		return
	}
	ReleaseView(view)
}

// PutTensor appends a tensor for Python. The owner must be held until the frame is
// recycled.
func (f *Frame) PutTensor(h *TensorHead, shape, strides []int) {
	f.In = AppendTensor(f.In, h, shape, strides)
}

// AppendTensor appends a tensor to values.
func AppendTensor(b []byte, h *TensorHead, shape, strides []int) []byte {
	h.NDim = uint8(len(shape))
	b = append(b, byte(Tensor))
	b = append(b, unsafe.Slice((*byte)(unsafe.Pointer(h)), tensorHeadSize)...)
	for _, n := range shape {
		b = binary.NativeEndian.AppendUint64(b, uint64(n))
	}
	for _, n := range strides {
		b = binary.NativeEndian.AppendUint64(b, uint64(n))
	}
	return b
}

// Tensor reads what follows the tag: dims are the shape and then the strides, good until
// the next tensor. The view is the caller's from then on.
func (r *Reader) Tensor() (h TensorHead, dims []int, ok bool) {
	b := r.buf[r.off:]
	if len(b) < tensorHeadSize || r.Untrusted {
		r.bad = true
		return h, nil, false
	}
	copy(unsafe.Slice((*byte)(unsafe.Pointer(&h)), tensorHeadSize), b)
	n := 2 * int(h.NDim)
	if b = b[tensorHeadSize:]; len(b) < 8*n {
		r.bad = true
		return h, nil, false
	}
	if cap(r.dims) < n {
		r.dims = make([]int, max(n, 8))
	}
	r.dims = r.dims[:n]
	for i := range n {
		r.dims[i] = int(binary.NativeEndian.Uint64(b[8*i:]))
	}
	r.off += tensorHeadSize + 8*n
	return h, r.dims, true
}

// Made notes something made of the result that Drop is to release.
func (r *Reader) Made(o any) { r.made = append(r.made, o) }

func (r *Reader) skipTensor(release bool) bool {
	h, _, ok := r.Tensor()
	if ok && release && !r.Borrowed {
		Release(uintptr(h.Owner))
	}
	return ok
}
