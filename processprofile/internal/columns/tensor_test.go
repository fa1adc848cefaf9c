package columns_test

import (
	"errors"
	"reflect"
	"runtime"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/gosnakepit/snakepit/internal/capsule"
	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/processprofile/internal/columns"
	pb "github.com/gosnakepit/snakepit/proto/snakepitv1"
	"github.com/gosnakepit/snakepit/zerocopy"
)

// lending describes tensors by their loan alone, and Arrow values by their kind.
type lending struct{ err error }

func (l lending) Tensor(h *wire.TensorHead, dims []int) (*pb.Tensor, error) {
	t := &pb.Tensor{Code: uint32(h.Code), Bits: uint32(h.Bits), Loan: 5}
	for _, n := range dims[:h.NDim] {
		t.Shape = append(t.Shape, int64(n))
	}
	return t, l.err
}

func (l lending) Arrow(kind capsule.Kind, hold uintptr) (*pb.Arrow, error) {
	return &pb.Arrow{Kind: pb.Arrow_Kind(kind), Loan: uint64(hold)}, l.err
}

func TestTensorsGoThere(t *testing.T) {
	x, err := zerocopy.New[float32](2, 3)
	require.NoError(t, err)
	defer x.Release()
	f := frame(t, map[string]any{"x": []any{x, "after"}})
	f.In = append(f.In, byte(wire.Arrow), byte(capsule.Array), 9, 0, 0, 0, 0, 0, 0, 0)
	w := columns.Writer{Lending: lending{}}
	require.NoError(t, w.Arguments(f.In, nil))
	want := columnsOf(pb.Tag_DICT, uint32(1), pb.Tag_STR, "x", pb.Tag_LIST, uint32(2), pb.Tag_TENSOR,
		&pb.Tensor{Code: 2, Bits: 32, Loan: 5, Shape: []int64{2, 3}}, pb.Tag_STR, "after", pb.Tag_ARROW,
		&pb.Arrow{Kind: pb.Arrow_Kind(capsule.Array), Loan: 9})
	require.True(t, proto.Equal(want, w.Data()), "got %v", w.Data())
}

func TestLendingFails(t *testing.T) {
	x, err := zerocopy.New[float32](1)
	require.NoError(t, err)
	defer x.Release()
	in := frame(t, []any{x}).In
	broken := errors.New("broken")
	w := columns.Writer{Lending: lending{broken}}
	require.ErrorIs(t, w.Arguments(in, nil), broken)
	w = columns.Writer{Lending: lending{&value.ConversionError{Want: "a", Got: "b"}}}
	require.EqualError(t, w.Arguments(in, nil), "snakepit: args[0][0]: want a, got b")
	w = columns.Writer{}
	require.ErrorContains(t, w.Arguments(in, nil), "args[0][0]: want a value that can travel here, got a tensor")
}

// borrowing gives a tensor over memory of the test's, whose owner is the loan.
type borrowing struct {
	data  *[6]float32
	err   error
	ended []uint64 // of Arrow data
}

func (b *borrowing) Arrow(a *pb.Arrow) (any, error) {
	if b.err != nil {
		return nil, b.err
	}
	return value.NewArrowData(a.GetType(), &given{loan: a.GetLoan(), ended: &b.ended}), nil
}

// given is an object with Arrow data that gives nothing.
type given struct {
	capsule.Giver
	loan  uint64
	ended *[]uint64
}

func (g *given) Released() error { return errors.New("released") }

func (g *given) Release() { *g.ended = append(*g.ended, g.loan) }

func (b *borrowing) Tensor(t *pb.Tensor) (wire.TensorHead, []int, error) {
	dims := []int{2, 3, 3, 1}
	h := wire.TensorHead{Owner: t.Loan, Data: uint64(uintptr(unsafe.Pointer(b.data))), Code: 2, Bits: 32, Lanes: 1, DeviceType: 1}
	return h, dims, b.err
}

// views records the views that are given up.
func views(t *testing.T) *[]uintptr {
	var ended []uintptr
	here, there := wire.ReleaseView, wire.ReleaseRemoteView
	wire.ReleaseView = func(view uintptr) { ended = append(ended, view) }
	wire.ReleaseRemoteView = wire.ReleaseView
	t.Cleanup(func() { wire.ReleaseView, wire.ReleaseRemoteView = here, there })
	return &ended
}

func TestTensorsComeBack(t *testing.T) {
	ended := views(t)
	memory := &[6]float32{1, 2, 3, 4, 5, 6}
	r := columns.Reader{Borrowing: &borrowing{data: memory}}
	got, err := r.Decode(columnsOf(pb.Tag_DICT, uint32(1), pb.Tag_STR, "x", pb.Tag_LIST, uint32(1), pb.Tag_TENSOR,
		&pb.Tensor{Shape: []int64{2, 3}, Loan: 7}))
	require.NoError(t, err)
	x := got.(map[string]any)["x"].([]any)[0].(*zerocopy.Tensor)
	last, err := zerocopy.At[float32](x, 1, 2)
	require.NoError(t, err)
	require.Equal(t, float32(6), last)
	require.Empty(t, *ended)
	x.Release()
	require.Equal(t, []uintptr{7}, *ended)
}

// TestTensorsOfABadMessage gives up what was borrowed before the message broke off.
func TestTensorsOfABadMessage(t *testing.T) {
	ended := views(t)
	b := &borrowing{data: new([6]float32)}
	r := columns.Reader{Borrowing: b}
	x := func(loan uint64) *pb.Tensor { return &pb.Tensor{Shape: []int64{2, 3}, Loan: loan} }
	_, err := r.Decode(columnsOf(pb.Tag_LIST, uint32(3), pb.Tag_TENSOR, x(1), pb.Tag_TENSOR, x(2), pb.Tag_STR))
	require.ErrorIs(t, err, wire.ErrGarbled)
	require.Equal(t, []uintptr{1, 2}, *ended)

	_, err = r.Decode(columnsOf(pb.Tag_LIST, uint32(2), pb.Tag_TENSOR, x(3), pb.Tag_DECIMAL, pb.Tag_STR))
	require.ErrorIs(t, err, wire.ErrGarbled)
	require.Equal(t, []uintptr{1, 2, 3}, *ended)

	b.err = errors.New("no such block")
	_, err = r.Decode(columnsOf(pb.Tag_TENSOR, x(4)))
	require.ErrorIs(t, err, b.err)
	require.Len(t, *ended, 3)

	_, err = r.Decode(columnsOf(pb.Tag_TENSOR, &pb.Tensor{Shape: make([]int64, 300)}))
	require.ErrorIs(t, err, wire.ErrGarbled)
	require.ErrorContains(t, err, "300 dimensions")
}

func TestArrowDataComes(t *testing.T) {
	b := new(borrowing)
	r := columns.Reader{Borrowing: b}
	arrow := func(loan uint64) *pb.Arrow { return &pb.Arrow{Type: "test.Table", Loan: loan} }
	got, err := r.Decode(columnsOf(pb.Tag_LIST, uint32(2), pb.Tag_ARROW, arrow(1), pb.Tag_INT, int64(7)))
	require.NoError(t, err)
	data := got.([]any)[0].(*value.ArrowData)
	name, err := data.TypeName(t.Context())
	require.NoError(t, err)
	require.Equal(t, "test.Table", name)
	require.Equal(t, int64(7), got.([]any)[1])
	require.Empty(t, b.ended)
	data.Release()
	data.Release()
	require.Equal(t, []uint64{1}, b.ended)
	_, err = data.GiveSchema(t.Context())
	require.ErrorContains(t, err, "released")

	_, err = r.Decode(columnsOf(pb.Tag_LIST, uint32(3), pb.Tag_ARROW, arrow(2), pb.Tag_ARROW, arrow(3), pb.Tag_STR))
	require.ErrorIs(t, err, wire.ErrGarbled)
	require.Equal(t, []uint64{1, 2, 3}, b.ended, "what came before is given back")
	_, err = r.Decode(columnsOf(pb.Tag_ARROW))
	require.ErrorIs(t, err, wire.ErrGarbled)
	b.err = errors.New("no such block")
	_, err = r.Decode(columnsOf(pb.Tag_ARROW, arrow(4)))
	require.ErrorIs(t, err, b.err)
}

// TestArrowDataTyped reads it where a type says what is to come.
func TestArrowDataTyped(t *testing.T) {
	b := new(borrowing)
	read := func(want reflect.Type) (reflect.Value, error) {
		dec, err := codec.PlanDecode(want)
		require.NoError(t, err)
		f := wire.NewFrame()
		defer f.Recycle()
		r := columns.Reader{Borrowing: b}
		require.NoError(t, r.Result(columnsOf(pb.Tag_ARROW, &pb.Arrow{Type: "test.Table", Loan: 1}), f))
		v := reflect.New(want)
		if err = dec(f.Result(), v.UnsafePointer()); err != nil {
			f.DropMade()
		}
		return v.Elem(), err
	}
	v, err := read(reflect.TypeFor[*value.ArrowData]())
	require.NoError(t, err)
	data := v.Interface().(*value.ArrowData)
	_, err = read(reflect.TypeFor[int]())
	require.ErrorContains(t, err, "got test.Table, which has Arrow data and stays in its process")
	require.Equal(t, []uint64{1}, b.ended)

	var back struct{ T *value.ArrowData }
	require.NoError(t, codec.Convert(map[string]any{"t": data}, reflect.ValueOf(&back).Elem()))
	require.Same(t, data, back.T)
	f := wire.NewFrame()
	defer f.Recycle()
	require.ErrorContains(t, codec.Encode(f, data, "args[0]"), "read it by package zarrow", "in process nobody knows it")
	f.Remote = true
	require.NoError(t, codec.Encode(f, data, "args[0]"))
	data.Release()
	require.Len(t, b.ended, 1, "the call has it")
	f.Reset()
	require.Len(t, b.ended, 2)
	f.Remote = true
	require.ErrorContains(t, codec.Encode(f, data, "args[0]"), "released")
	runtime.KeepAlive(data)
}
