package columns_test

import (
	"encoding/binary"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/processprofile/internal/columns"
	pb "github.com/gosnakepit/snakepit/proto/snakepitv1"
)

func TestWriter(t *testing.T) {
	u := uuid.MustParse("00112233-4455-6677-8899-aabbccddeeff")
	long := strings.Repeat("é", 10_000)
	floats := slices.Repeat([]float64{1.5, -2}, 1000)
	for _, c := range []struct {
		name string
		in   any
		want *pb.Data
	}{
		{"None", nil, columnsOf(pb.Tag_NONE)},
		{"bools", []any{true, false}, columnsOf(pb.Tag_LIST, uint32(2), pb.Tag_TRUE, pb.Tag_FALSE)},
		{"int", -7, columnsOf(pb.Tag_INT, int64(-7))},
		{"uint", uint64(math.MaxUint64), columnsOf(pb.Tag_BIG_INT, []byte("\xff\xff\xff\xff\xff\xff\xff\xff\x00"))},
		{"big int", new(big.Int).Lsh(big.NewInt(-1), 64), columnsOf(pb.Tag_BIG_INT, []byte("\x00\x00\x00\x00\x00\x00\x00\x00\xff"))},
		{"float", 0.5, columnsOf(pb.Tag_FLOAT, 0.5)},
		{"complex", complex(1, -2), columnsOf(pb.Tag_COMPLEX, 1.0, -2.0)},
		{"empty str", "", columnsOf(pb.Tag_STR, "")},
		{"str", "hé\x00", columnsOf(pb.Tag_STR, "hé\x00")},
		{"long str", long, columnsOf(pb.Tag_STR, long)},
		{"bytes", []byte("\xff"), columnsOf(pb.Tag_BYTES, []byte("\xff"))},
		{"long bytes", []byte(long), columnsOf(pb.Tag_BYTES, []byte(long))},
		{"tuple", value.Tuple{1, "a"}, columnsOf(pb.Tag_TUPLE, uint32(2), pb.Tag_INT, int64(1), pb.Tag_STR, "a")},
		{
			"dict",
			value.Dict{{Key: "k", Value: []any{}}, {Key: 2, Value: nil}},
			columnsOf(pb.Tag_DICT, uint32(2), pb.Tag_STR, "k", pb.Tag_LIST, uint32(0), pb.Tag_INT, int64(2), pb.Tag_NONE),
		},
		{"set", value.Set{1}, columnsOf(pb.Tag_SET, uint32(1), pb.Tag_INT, int64(1))},
		{"frozenset", value.FrozenSet{"x"}, columnsOf(pb.Tag_FROZEN_SET, uint32(1), pb.Tag_STR, "x")},
		{"floats", []float64{1, 2}, columnsOf(pb.Tag_FLOATS, uint32(2), 1.0, 2.0)},
		{"many floats", floats, &pb.Data{Tags: []byte{byte(pb.Tag_FLOATS)}, Counts: []uint32{2000}, Floats: floats}},
		{"no floats", []float64{}, columnsOf(pb.Tag_FLOATS, uint32(0))},
		{"ints", []int64{3, -4}, columnsOf(pb.Tag_INTS, uint32(2), int64(3), int64(-4))},
		{"date", value.Date{Year: 2024, Month: 2, Day: 29}, columnsOf(
			pb.Tag_DATE, pb.Tag_TUPLE, uint32(3), pb.Tag_INT, int64(2024), pb.Tag_INT, int64(2), pb.Tag_INT, int64(29))},
		{"timedelta", time.Second, columnsOf(
			pb.Tag_TIMEDELTA, pb.Tag_TUPLE, uint32(3), pb.Tag_INT, int64(0), pb.Tag_INT, int64(1), pb.Tag_INT, int64(0))},
		{"decimal", value.Decimal("1.10"), columnsOf(pb.Tag_DECIMAL, pb.Tag_STR, "1.10")},
		{"uuid", u, columnsOf(pb.Tag_UUID, pb.Tag_BYTES, u[:])},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := written(t, c.in)
			require.True(t, proto.Equal(c.want, got), "want %v, got %v", c.want, got)
		})
	}
}

func TestWriterKinds(t *testing.T) {
	for want, v := range map[pb.Tag]any{
		pb.Tag_DATETIME: time.Unix(0, 0).UTC(), pb.Tag_TIME: value.TimeOfDay{Hour: 1}, pb.Tag_ITERATOR: make(chan int),
	} {
		require.Equal(t, want, pb.Tag(written(t, v).Tags[0]))
	}
}

// TestWriterIsUsedAgain writes several calls, of several values, one after the other.
func TestWriterIsUsedAgain(t *testing.T) {
	var w columns.Writer
	require.NoError(t, w.Arguments(frame(t, strings.Repeat("x", 1000), make([]float64, 100_000), 1).In, nil))
	require.Len(t, w.Data().Tags, 3)
	w.Reset()
	require.Zero(t, cap(w.Data().Floats), "memory that a large call needed")
	require.NotZero(t, cap(w.Data().Ints))
	f := frame(t, "a", 1)
	codec.PutHeader(f, 0, 1, 0)
	codec.PutMissing(f)
	require.NoError(t, w.Arguments(f.In, []string{"k"}))
	want := columnsOf(pb.Tag_STR, "a", pb.Tag_INT, int64(1), pb.Tag_MISSING)
	require.True(t, proto.Equal(want, w.Data()), "got %v", w.Data())
}

func TestWriterWithoutAReset(t *testing.T) {
	var w columns.Writer
	require.NoError(t, w.Value(frame(t, 1).In[wire.HeaderSize:], "result"))
	require.NoError(t, w.Value(frame(t, "b").In[wire.HeaderSize:], "result"))
	require.True(t, proto.Equal(columnsOf(pb.Tag_INT, int64(1), pb.Tag_STR, "b"), w.Data()))
}

func TestMoreThanCountsHold(t *testing.T) {
	in := binary.NativeEndian.AppendUint64([]byte{byte(wire.IntsRef)}, 8)
	in = binary.NativeEndian.AppendUint64(in, 1<<32)
	var w columns.Writer
	require.EqualError(t, w.Value(in, "x"), "snakepit: x: want at most 4294967295 elements, got 4294967296")
}

func TestGarbledWire(t *testing.T) {
	for _, in := range []string{"\x63", "\x03\x01", "\x0c\xff", "\x16", "\x16\x07", "\x19\x00", "\x1a\x00"} {
		var w columns.Writer
		require.ErrorIs(t, w.Value([]byte(in), "x"), wire.ErrGarbled, "%q", in)
	}
}

// handle is an object that cannot travel.
type handle struct{}

func (handle) Lend() (uintptr, error) { return 8, nil }
func (handle) Return()                {}

func TestObjectsStay(t *testing.T) {
	deep := any(handle{})
	for range 900 {
		deep = []any{deep}
	}
	for path, v := range map[string]any{
		"args[1]":                              handle{},
		"args[1][2]":                           []any{1, []any{2}, handle{}},
		`args[1]["k"][1]`:                      map[string]any{"k": value.Tuple{"x", handle{}}},
		`args[1][7][0]`:                        value.Dict{{Key: "a", Value: 1}, {Key: 7, Value: []any{handle{}}}},
		`args[1][key][0]`:                      value.Dict{{Key: value.Tuple{1}, Value: []any{handle{}}}},
		"args[1]" + strings.Repeat("[0]", 900): deep,
	} {
		var w columns.Writer
		err := w.Arguments(frame(t, "first", v, "last").In, nil)
		var c *value.ConversionError
		require.ErrorAs(t, err, &c)
		require.Equal(t, path, c.Path)
		require.Contains(t, c.Got, "an Object")
	}
}

func TestObjectsByTheirKeyword(t *testing.T) {
	f := frame(t, 1, "name", handle{})
	codec.PutHeader(f, 1, 1, 0)
	var w columns.Writer
	require.ErrorContains(t, w.Arguments(f.In, nil), "snakepit: name: want")
	f = frame(t, 1, handle{})
	codec.PutHeader(f, 1, 1, 99)
	w.Reset()
	require.ErrorContains(t, w.Arguments(f.In, []string{"planned"}), "snakepit: planned: want")
	require.ErrorContains(t, w.Value(frame(t, []any{handle{}}).In[wire.HeaderSize:], "item"), "snakepit: item[0]: want")
}
