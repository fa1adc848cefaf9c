package processprofile

import (
	"context"
	"testing"
	"unsafe"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/gosnakepit/snakepit/internal/capsule"
	"github.com/gosnakepit/snakepit/internal/hold"
	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/proto/snakepitv1"
	zarrow "github.com/gosnakepit/snakepit/zerocopy/arrow"
)

const arrayOffered = 1 << capsule.Array

func inlined(b ...byte) *snakepitv1.ArrowBuffer {
	return &snakepitv1.ArrowBuffer{Data: &snakepitv1.ArrowBuffer_Inline{Inline: b}}
}

func blocked(area uint32, offset, length uint64) *snakepitv1.ArrowBuffer {
	return &snakepitv1.ArrowBuffer{Data: &snakepitv1.ArrowBuffer_Block{Block: &snakepitv1.Block{Area: area, Offset: offset, Length: length}}}
}

// fourBytes describes an array of four bytes.
func fourBytes() *snakepitv1.Arrow {
	return &snakepitv1.Arrow{
		Kind: snakepitv1.Arrow_ARRAY, Type: "test.Array", Offers: arrayOffered, Loan: 3, Source: 4,
		Schema: &snakepitv1.ArrowSchema{Format: []byte("C"), Flags: 2},
		Array:  &snakepitv1.ArrowArray{Length: 4, Buffers: []*snakepitv1.ArrowBuffer{{Absent: true}, inlined(1, 2, 3, 4)}},
	}
}

// TestHostileArrow has a child describe Arrow data that is not there.
func TestHostileArrow(t *testing.T) {
	b := borrower(t)
	deep := &snakepitv1.ArrowSchema{Format: []byte("i")}
	for range 200 {
		deep = &snakepitv1.ArrowSchema{Format: []byte("+s"), Children: []*snakepitv1.ArrowSchema{deep}}
	}
	const all = 1 << 20
	for name, change := range map[string]func(*snakepitv1.Arrow){
		"no memory":         func(m *snakepitv1.Arrow) { m.Array.Buffers[1] = &snakepitv1.ArrowBuffer{} },
		"beyond the area":   func(m *snakepitv1.Arrow) { m.Array.Buffers[1] = blocked(1, all-2, 4) },
		"offset overflows":  func(m *snakepitv1.Arrow) { m.Array.Buffers[1] = blocked(1, ^uint64(0)-1, 4) },
		"no such area":      func(m *snakepitv1.Arrow) { m.Array.Buffers[1] = blocked(2, 0, 4) },
		"host's, not lent":  func(m *snakepitv1.Arrow) { m.Array.Buffers[1] = blocked(0, 0, 4) },
		"too few":           func(m *snakepitv1.Arrow) { m.Array.Buffers[1] = inlined(1, 2, 3) },
		"block too small":   func(m *snakepitv1.Arrow) { m.Array.Buffers[1] = blocked(1, 0, 3) },
		"no values":         func(m *snakepitv1.Arrow) { m.Array.Buffers[1] = &snakepitv1.ArrowBuffer{Absent: true} },
		"no buffers":        func(m *snakepitv1.Arrow) { m.Array.Buffers = nil },
		"negative length":   func(m *snakepitv1.Arrow) { m.Array.Length = -1 },
		"huge length":       func(m *snakepitv1.Arrow) { m.Array.Length = 1 << 62 },
		"huge offset":       func(m *snakepitv1.Arrow) { m.Array.Offset = 1 << 62 },
		"nulls":             func(m *snakepitv1.Arrow) { m.Array.NullCount = 9 },
		"nulls, no bitmap":  func(m *snakepitv1.Arrow) { m.Array.NullCount = 1 },
		"a child":           func(m *snakepitv1.Arrow) { m.Array.Children = []*snakepitv1.ArrowArray{{}} },
		"a nil child":       func(m *snakepitv1.Arrow) { m.Array.Children = []*snakepitv1.ArrowArray{nil} },
		"a dictionary":      func(m *snakepitv1.Arrow) { m.Array.Dictionary = &snakepitv1.ArrowArray{} },
		"no such type":      func(m *snakepitv1.Arrow) { m.Schema.Format = []byte("?") },
		"deep":              func(m *snakepitv1.Arrow) { m.Schema = deep },
		"another type":      func(m *snakepitv1.Arrow) { m.Schema.Format = []byte("u") },
		"metadata":          func(m *snakepitv1.Arrow) { m.Schema.Metadata = []byte{9} },
		"nothing but texts": func(m *snakepitv1.Arrow) { m.Schema = &snakepitv1.ArrowSchema{} },
	} {
		m := fourBytes()
		change(m)
		v, err := b.Arrow(m)
		if err == nil {
			_, err = zarrow.AsArray(v)
			v.(*value.ArrowData).Release()
		}
		require.Error(t, err, name)
		require.ElementsMatch(t, []uint64{3, 4}, b.loans.ended().GetLoans(), "%s: the child hears that its loans are over", name)
		require.Zero(t, zarrow.Live(), name)
	}
}

// TestBorrowedArrow reads what a child wrote. Its memory is given back after the last array.
func TestBorrowedArrow(t *testing.T) {
	b := borrower(t)
	mine, err := b.loans.area.Slice(4096, 4)
	require.NoError(t, err)
	copy(mine, []byte{5, 6, 7, 8})
	m := fourBytes()
	m.Array.Buffers[1] = blocked(1, 4096, 4)
	v, err := b.Arrow(m)
	require.NoError(t, err)
	data := v.(*value.ArrowData)
	name, _ := data.TypeName(context.Background())
	require.Equal(t, "test.Array", name)
	one, err := zarrow.AsArray(data)
	require.NoError(t, err)
	two, err := zarrow.AsArray(data)
	require.NoError(t, err)
	require.Equal(t, []uint8{5, 6, 7, 8}, one.(*array.Uint8).Uint8Values())
	require.Same(t, unsafe.SliceData(mine), unsafe.SliceData(one.Data().Buffers()[1].Bytes()))
	data.Release()
	data.Release()
	require.Equal(t, []uint64{4}, b.loans.ended().GetLoans(), "the object is nobody's any more, its memory is")
	_, err = zarrow.AsArray(data)
	require.ErrorIs(t, err, profile.ErrReleased)
	one.Release()
	require.Nil(t, b.loans.ended())
	two.Release()
	require.Equal(t, []uint64{3}, b.loans.ended().GetLoans())
	_, err = zarrow.AsSchema(data)
	require.Error(t, err)
	require.Zero(t, zarrow.Live())
}

// FuzzArrow reads messages that may say anything.
func FuzzArrow(f *testing.F) {
	m, err := proto.Marshal(fourBytes())
	require.NoError(f, err)
	f.Add(m)
	b := borrower(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		m := new(snakepitv1.Arrow)
		if proto.Unmarshal(raw, m) != nil {
			return
		}
		m.Offers = arrayOffered
		v, err := b.Arrow(m)
		if err != nil {
			return
		}
		defer v.(*value.ArrowData).Release()
		if m.GetArray() == nil || m.GetSchema() == nil {
			return // it would have to be asked for
		}
		if arr, err := zarrow.AsArray(v); err == nil {
			_ = zarrow.Validate(arr)
			arr.Release()
		}
		require.Zero(t, zarrow.Live())
	})
}

// described is the message for an array of so many bytes.
func described(t *testing.T, l *lending, mem memory.Allocator, n int) (*snakepitv1.Arrow, error) {
	t.Helper()
	builder := array.NewUint8Builder(mem)
	defer builder.Release()
	for i := range n {
		builder.Append(uint8(i))
	}
	arr := builder.NewArray()
	defer arr.Release()
	v, err := zarrow.Wrap(arr)
	require.NoError(t, err)
	require.NoError(t, v.Lend())
	h := hold.New(v)
	defer h.Release()
	v.Release()
	return l.Arrow(capsule.Array, h.Address())
}

// TestLentArrow looks at where a child finds what Go lends, and when Go has it back.
func TestLentArrow(t *testing.T) {
	l := &lending{loans: borrower(t).loans, frame: wire.NewFrame()}
	over := func(m *snakepitv1.Arrow) {
		l.loans.over(&snakepitv1.Ends{Loans: []uint64{m.GetLoan()}})
		require.Zero(t, zarrow.Live())
	}
	m, err := described(t, l, zarrow.Allocator, 5000)
	require.NoError(t, err)
	block := m.GetArray().GetBuffers()[1].GetBlock()
	require.EqualValues(t, 5000, block.GetLength())
	data, err := arena().Slice(block.GetOffset(), block.GetLength())
	require.NoError(t, err)
	require.Equal(t, byte(4999&0xff), data[4999])
	require.Equal(t, wire.Traffic{LentIn: 5000}, l.frame.Traffic, "the bitmap is small, and copied")
	require.Positive(t, zarrow.Live().LentBytes)
	over(m)

	l.frame.Traffic = wire.Traffic{}
	m, err = described(t, l, memory.NewGoAllocator(), 5000)
	require.NoError(t, err)
	require.EqualValues(t, 5000, m.GetArray().GetBuffers()[1].GetBlock().GetLength(), "a copy is in the arena, too")
	require.Equal(t, wire.Traffic{CopiedIn: 5000}, l.frame.Traffic)
	over(m)

	l.frame.Traffic = wire.Traffic{}
	m, err = described(t, l, memory.NewGoAllocator(), 100)
	require.NoError(t, err)
	require.Len(t, m.GetArray().GetBuffers()[1].GetInline(), 100)
	require.Zero(t, m.GetLoan(), "nothing is lent")
	require.Zero(t, l.frame.Traffic)
	require.Zero(t, zarrow.Live())

	l.frame.NoCopy = true
	_, err = described(t, l, memory.NewGoAllocator(), 5000)
	require.ErrorIs(t, err, profile.ErrCopied)
	l.undo()
	require.Zero(t, zarrow.Live())
	_, err = described(t, l, memory.NewGoAllocator(), 100)
	require.NoError(t, err)
}

// TestLentStreamEnds closes the readers of a worker that is gone.
func TestLentStreamEnds(t *testing.T) {
	loans := borrower(t).loans
	l := &lending{loans: loans, frame: wire.NewFrame()}
	schema := arrow.NewSchema([]arrow.Field{{Name: "n", Type: arrow.PrimitiveTypes.Int64}}, nil)
	reader, err := array.NewRecordReader(schema, nil)
	require.NoError(t, err)
	v, err := zarrow.Wrap(reader)
	require.NoError(t, err)
	reader.Release()
	require.NoError(t, v.Lend())
	h := hold.New(v)
	m, err := l.Arrow(capsule.Stream, h.Address())
	require.NoError(t, err)
	h.Release()
	v.Release()
	k := &link{worker: &worker{loans: loans}}
	lent := loans.hold(m.GetLoan())
	for _, answer := range []wire.Tag{wire.Int, wire.Str} { // its loan, then why it cannot be taken again
		f := wire.NewFrame()
		require.NoError(t, k.open(lent.Owner().(*openable), f))
		require.Equal(t, byte(answer), f.In[wire.HeaderSize])
	}
	lent.Release()
	require.EqualValues(t, 1, zarrow.Live().Streams)
	loans.close()
	harness.Eventually(t, "nothing is lent", func() bool { return zarrow.Live() == zarrow.Counts{} })
}
