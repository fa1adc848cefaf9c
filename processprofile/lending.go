package processprofile

import (
	"fmt"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/hold"
	"github.com/gosnakepit/snakepit/internal/offheap"
	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/proto/snakepitv1"
	"github.com/gosnakepit/snakepit/zerocopy"
)

// lending describes the tensors and Arrow values of one message for a child: where they lie in memory that
// it sees, or what they hold if they are small or lie elsewhere.
type lending struct {
	loans *loans
	frame *wire.Frame
	made  []uint64
}

// undo takes back what was lent for a message that was not sent.
func (l *lending) undo() {
	l.loans.over(&snakepitv1.Ends{Loans: l.made})
	l.made = nil
}

// lend makes a loan of the memory whose count is h.
func (l *lending) lend(h *hold.Hold) uint64 {
	loan := l.loans.lend(h)
	if loan != 0 {
		l.made = append(l.made, loan)
	}
	return loan
}

// Tensor implements columns.Lending.
func (l *lending) Tensor(h *wire.TensorHead, dims []int) (*snakepitv1.Tensor, error) {
	shape, strides := dims[:h.NDim], dims[h.NDim:]
	m := &snakepitv1.Tensor{
		Code: uint32(h.Code), Bits: uint32(h.Bits), Lanes: uint32(h.Lanes),
		Shape: words(shape), ReadOnly: h.Flags&wire.TensorReadOnly != 0,
	}
	if v := findView(h.Object); v != nil && v.loans == l.loans && v.loan != 0 {
		m.Same = v.loan
		return m, nil
	}
	t := tensor{h, shape, strides}
	low, high, err := zerocopy.Extent(t.dtype(), shape, strides)
	if err != nil {
		return nil, err
	}
	if low == high || high-low <= l.loans.limit {
		return m, l.inline(m, t)
	}
	if b := l.block(uintptr(h.Data)+uintptr(low), high-low); b != nil {
		m.Strides, m.Offset = words(strides), uint64(-low)
		m.Data = &snakepitv1.Tensor_Block{Block: b}
		m.Loan = l.lend(hold.Of(uintptr(h.Owner)))
		return m, nil
	}
	return m, l.copied(m, t)
}

// block says where in memory that the child sees something lies, or nil.
func (l *lending) block(p uintptr, n int) *snakepitv1.Block {
	if at, ok := offheap.Shared(p, n); ok {
		return &snakepitv1.Block{Offset: at, Length: uint64(n)}
	}
	if l.loans.area == nil {
		return nil
	}
	if at, ok := l.loans.area.Find(p, n); ok {
		return &snakepitv1.Block{Area: 1, Offset: at, Length: uint64(n)}
	}
	return nil
}

// tensor is one as the wire describes it.
type tensor struct {
	head           *wire.TensorHead
	shape, strides []int
}

func (t tensor) dtype() zerocopy.DType {
	return zerocopy.DType{Code: zerocopy.DTypeCode(t.head.Code), Bits: t.head.Bits, Lanes: t.head.Lanes}
}

// clone copies the elements to lie one behind the other, in memory that children see if
// there is room and they are not few.
func (t tensor) clone() (*zerocopy.Tensor, error) {
	h := t.head
	device := zerocopy.Device{Type: zerocopy.DeviceType(h.DeviceType), ID: h.DeviceID}
	if !device.Host() {
		return nil, &value.ConversionError{
			Want: "memory of the processor, which another process can see",
			Got:  fmt.Sprintf("a tensor on %v; copy it to the host first", device),
		}
	}
	v, err := zerocopy.FromPointer(zerocopy.Foreign{
		Data: uintptr(h.Data), DType: t.dtype(), Shape: t.shape, Strides: t.strides, Device: device, ReadOnly: true,
	})
	if err != nil {
		return nil, err
	}
	defer v.Release()
	return v.Clone()
}

// inline puts the elements into the message.
func (l *lending) inline(m *snakepitv1.Tensor, t tensor) error {
	c, err := t.clone()
	if err != nil {
		return err
	}
	defer c.Release()
	n := c.NBytes()
	l.frame.Traffic.LentIn -= n
	m.Data = &snakepitv1.Tensor_Inline{Inline: append([]byte(nil), bytesAt(c.Data(), n)...)}
	return nil
}

// copied puts the elements where the child sees them.
func (l *lending) copied(m *snakepitv1.Tensor, t tensor) error {
	c, err := t.clone()
	if err != nil {
		return err
	}
	defer c.Release()
	n := c.NBytes()
	if l.frame.NoCopy {
		return &profile.CopyError{Where: "the arguments", Bytes: n, Why: "are a tensor whose memory another process cannot see; make it with zerocopy.New"}
	}
	l.frame.Traffic.LentIn -= n
	l.frame.Copying(n)
	b := l.block(c.Data(), n)
	if b == nil {
		m.Data = &snakepitv1.Tensor_Inline{Inline: append([]byte(nil), bytesAt(c.Data(), n)...)}
		return nil
	}
	_, h, err := c.Lend()
	if err != nil {
		return err
	}
	defer h.Release()
	m.Data, m.Loan = &snakepitv1.Tensor_Block{Block: b}, l.lend(h)
	return nil
}

func bytesAt(p uintptr, n int) []byte {
	return unsafe.Slice(*(**byte)(unsafe.Pointer(&p)), n)
}

func words(dims []int) []int64 {
	all := make([]int64, len(dims))
	for i, d := range dims {
		all[i] = int64(d)
	}
	return all
}
