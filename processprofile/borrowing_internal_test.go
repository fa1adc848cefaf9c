package processprofile

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/hold"
	"github.com/gosnakepit/snakepit/internal/offheap"
	"github.com/gosnakepit/snakepit/internal/shm"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/proto/snakepitv1"
	"github.com/gosnakepit/snakepit/zerocopy"
)

// borrower is the host's side of a worker that there is not.
func borrower(t testing.TB) borrowing {
	t.Helper()
	if arena() == nil {
		t.Skip("memory cannot be shared here")
	}
	area, err := shm.NewMapping(1 << 20)
	require.NoError(t, err)
	l := &loans{area: area, lent: map[uint64]*hold.Hold{}, limit: offheap.ShareMin - 1}
	t.Cleanup(l.close)
	return borrowing{l, wire.NewFrame()}
}

func block(area uint32, offset, length uint64) *snakepitv1.Tensor_Block {
	return &snakepitv1.Tensor_Block{Block: &snakepitv1.Block{Area: area, Offset: offset, Length: length}}
}

func floats(shape ...int64) *snakepitv1.Tensor {
	return &snakepitv1.Tensor{Code: 2, Bits: 32, Lanes: 1, Shape: shape}
}

// TestHostileTensors has a child describe tensors that are not there.
func TestHostileTensors(t *testing.T) {
	b := borrower(t)
	const all = 1 << 20
	for name, change := range map[string]func(*snakepitv1.Tensor){
		"no data":               func(*snakepitv1.Tensor) {},
		"beyond the area":       func(m *snakepitv1.Tensor) { m.Data = block(1, all-8, 16) },
		"offset overflows":      func(m *snakepitv1.Tensor) { m.Data = block(1, ^uint64(0)-7, 16) },
		"block too small":       func(m *snakepitv1.Tensor) { m.Data = block(1, 0, 15) },
		"inline too small":      func(m *snakepitv1.Tensor) { m.Data = &snakepitv1.Tensor_Inline{Inline: make([]byte, 15)} },
		"element before":        func(m *snakepitv1.Tensor) { m.Data, m.Strides = block(1, 0, 16), []int64{-1} },
		"offset beyond":         func(m *snakepitv1.Tensor) { m.Data, m.Offset = block(1, 0, 16), 17 },
		"strides reach further": func(m *snakepitv1.Tensor) { m.Data, m.Strides = block(1, 0, 16), []int64{1 << 40} },
		"strides overflow":      func(m *snakepitv1.Tensor) { m.Data, m.Strides = block(1, 0, 16), []int64{1 << 62} },
		"two strides":           func(m *snakepitv1.Tensor) { m.Data, m.Strides = block(1, 0, 16), []int64{1, 1} },
		"negative shape":        func(m *snakepitv1.Tensor) { m.Data, m.Shape = block(1, 0, 16), []int64{-4} },
		"shape overflows":       func(m *snakepitv1.Tensor) { m.Data, m.Shape = block(1, 0, 16), []int64{1 << 40, 1 << 40} },
		"300 dimensions":        func(m *snakepitv1.Tensor) { m.Data, m.Shape = block(1, 0, 16), make([]int64, 300) },
		"no such bits":          func(m *snakepitv1.Tensor) { m.Data, m.Bits = block(1, 0, 16), 300 },
		"host's, not lent":      func(m *snakepitv1.Tensor) { m.Data = block(0, 0, 16) },
		"host's, of no loan":    func(m *snakepitv1.Tensor) { m.Data, m.Within = block(0, 0, 16), 5 },
	} {
		m := floats(4)
		m.Loan = 3
		change(m)
		_, _, err := b.Tensor(m)
		require.Error(t, err, name)
		require.Equal(t, []uint64{3}, b.loans.ended().GetLoans(), "%s: the child hears that its loan is over", name)
	}
}

// TestBorrowedMemory reads what a child wrote, and gives it back.
func TestBorrowedMemory(t *testing.T) {
	b := borrower(t)
	mine, err := b.loans.area.Slice(4096, 16)
	require.NoError(t, err)
	copy(unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(mine))), 4), []float32{1, 2, 3, 4})
	m := floats(2, 2)
	m.Data, m.Loan, m.Strides = block(1, 4096, 16), 9, []int64{1, 2}
	h, dims, err := b.Tensor(m)
	require.NoError(t, err)
	require.Equal(t, []int{2, 2, 1, 2}, dims)
	require.EqualValues(t, addressOf(mine), h.Data)
	require.True(t, wire.IsRemote(uintptr(h.Owner)))
	require.Nil(t, b.loans.ended())
	wire.Release(uintptr(h.Owner))
	wire.Release(uintptr(h.Owner)) // nobody's any more
	require.Equal(t, []uint64{9}, b.loans.ended().GetLoans())
}

// FuzzBorrowing has tensors described at random: what is taken lies in the area.
func FuzzBorrowing(f *testing.F) {
	f.Add(uint32(2), uint32(32), int64(4), int64(1), uint64(0), uint64(0), uint64(16))
	f.Add(uint32(2), uint32(64), int64(-1), int64(1<<60), uint64(1<<63), uint64(1<<20), uint64(1))
	b := borrower(f)
	area, _ := b.loans.area.Slice(0, 1<<20)
	first := uint64(addressOf(area))
	f.Fuzz(func(t *testing.T, code, bits uint32, n, stride int64, offset, at, length uint64) {
		m := &snakepitv1.Tensor{Code: code, Bits: bits, Lanes: 1, Shape: []int64{n}, Strides: []int64{stride}, Offset: offset, Data: block(1, at, length)}
		h, dims, err := b.Tensor(m)
		if err != nil {
			return
		}
		defer wire.Release(uintptr(h.Owner))
		low, high, err := zerocopy.Extent(zerocopy.DType{Code: zerocopy.DTypeCode(h.Code), Bits: h.Bits, Lanes: h.Lanes}, dims[:1], dims[1:])
		require.NoError(t, err)
		if high > low {
			require.GreaterOrEqual(t, h.Data-uint64(-low), first)
			require.LessOrEqual(t, h.Data+uint64(high), first+1<<20)
		}
	})
}
