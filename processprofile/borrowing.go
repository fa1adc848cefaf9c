package processprofile

import (
	"fmt"
	"math"

	"github.com/gosnakepit/snakepit/internal/offheap"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/proto/snakepitv1"
	"github.com/gosnakepit/snakepit/zerocopy"
)

// borrowing makes Go's views of the tensors and Arrow data in a message from a child. It believes nothing
// that the message says before it has looked.
type borrowing struct {
	loans *loans
	frame *wire.Frame
}

// Tensor implements columns.Borrowing.
func (b borrowing) Tensor(m *snakepitv1.Tensor) (h wire.TensorHead, dims []int, err error) {
	dims, low, high, err := layout(m)
	if err != nil {
		return h, nil, b.refuse(m, err)
	}
	v := &view{loans: b.loans, loan: m.GetLoan(), release: func() {}}
	data, copied, err := b.memory(m, v)
	if err == nil && high > low {
		err = inside(len(data), m.GetOffset(), low, high)
	}
	if err == nil && copied && b.frame.NoCopy && len(data) >= wire.Bulk {
		err = &profile.CopyError{Where: "the result", Bytes: len(data), Why: "are an array that Python did not make in memory which Go sees; make it with ctx.empty(shape, dtype)"}
	}
	if err != nil {
		v.release()
		return h, nil, b.refuse(m, err)
	}
	h = wire.TensorHead{
		Code: uint8(m.GetCode()), Bits: uint8(m.GetBits()), Lanes: uint16(m.GetLanes()),
		DeviceType: int32(zerocopy.CPU), NDim: uint8(len(m.GetShape())), Owner: keepView(v),
	}
	if high > low {
		h.Data = uint64(addressOf(data)) + m.GetOffset()
	}
	if v.loan != 0 {
		h.Object = h.Owner
	}
	if m.GetReadOnly() {
		h.Flags |= wire.TensorReadOnly
	}
	if copied {
		h.Flags |= wire.TensorCopied
	}
	return h, dims, nil
}

// refuse ends the loan of a tensor that is not taken.
func (b borrowing) refuse(m *snakepitv1.Tensor, err error) error {
	if m.GetLoan() != 0 {
		b.loans.returned(m.GetLoan())
	}
	return err
}

// memory finds the bytes that the tensor lies in; v.release gives them back. copied says
// that Python copied them to where they are.
func (b borrowing) memory(m *snakepitv1.Tensor, v *view) (data []byte, copied bool, err error) {
	switch d := m.GetData().(type) {
	case *snakepitv1.Tensor_Inline:
		data, err = own(d.Inline, v)
		return data, true, err
	case *snakepitv1.Tensor_Block:
		if d.Block.GetArea() == 1 {
			data, err = b.theirs(d.Block, v)
			return data, m.GetCopied(), err
		}
		data, err = b.ours(d.Block, m.GetWithin(), v)
		return data, false, err
	}
	return nil, false, fmt.Errorf("%w: a tensor without data", wire.ErrGarbled)
}

// own copies what came in the message to memory that tensors may have.
func own(from []byte, v *view) ([]byte, error) {
	p, err := offheap.Dirty(len(from))
	if err != nil {
		return nil, err
	}
	v.release = func() { offheap.Free(p) }
	to := bytesAt(uintptr(p), len(from))
	copy(to, from)
	return to, nil
}

// theirs is memory of the worker's area, which lives on when the worker does not.
func (b borrowing) theirs(block *snakepitv1.Block, v *view) ([]byte, error) {
	area := b.loans.area
	if area == nil {
		return nil, fmt.Errorf("%w: a tensor in memory that is not shared", wire.ErrGarbled)
	}
	data, err := area.Slice(block.GetOffset(), block.GetLength())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", wire.ErrGarbled, err)
	}
	area.Hold()
	v.release = area.Release
	return data, nil
}

// ours is memory of the host's, of which a loan says whose it is.
func (b borrowing) ours(block *snakepitv1.Block, loan uint64, v *view) ([]byte, error) {
	a := arena()
	if a == nil {
		return nil, fmt.Errorf("%w: a tensor in memory that is not shared", wire.ErrGarbled)
	}
	data, err := a.Slice(block.GetOffset(), block.GetLength())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", wire.ErrGarbled, err)
	}
	h := b.loans.hold(loan)
	if h == nil {
		return nil, fmt.Errorf("%w: a tensor over memory that was not lent", wire.ErrGarbled)
	}
	v.release = h.Release
	return data, nil
}

// layout reads the shape and the strides, and how far the elements reach.
func layout(m *snakepitv1.Tensor) (dims []int, low, high int, err error) {
	n := len(m.GetShape())
	d := zerocopy.DType{Code: zerocopy.DTypeCode(m.GetCode()), Bits: uint8(m.GetBits()), Lanes: uint16(m.GetLanes())}
	if n > math.MaxUint8 || m.GetBits() > math.MaxUint8 || m.GetLanes() > math.MaxUint16 || m.GetCode() > math.MaxUint8 {
		return nil, 0, 0, fmt.Errorf("%w: a tensor of impossible type or shape", wire.ErrGarbled)
	}
	dims = make([]int, 2*n)
	for i, s := range m.GetShape() {
		dims[i] = int(s)
	}
	strides := dims[n:]
	switch len(m.GetStrides()) {
	case n:
		for i, s := range m.GetStrides() {
			strides[i] = int(s)
		}
	case 0:
		step := 1
		for i := n - 1; i >= 0; i-- {
			strides[i] = step
			step *= max(dims[i], 1)
		}
	default:
		return nil, 0, 0, fmt.Errorf("%w: a tensor of %d dimensions with %d strides", wire.ErrGarbled, n, len(m.GetStrides()))
	}
	low, high, err = zerocopy.Extent(d, dims[:n], strides)
	return dims, low, high, err
}

// inside wants all elements to lie in the data.
func inside(length int, offset uint64, low, high int) error {
	if offset > uint64(length) || uint64(-low) > offset || uint64(high) > uint64(length)-offset {
		return fmt.Errorf("%w: a tensor reaches from %d to %d around byte %d of %d", wire.ErrGarbled, low, high, offset, length)
	}
	return nil
}
