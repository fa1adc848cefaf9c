package columns_test

import (
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/processprofile/internal/columns"
	pb "github.com/gosnakepit/snakepit/proto/snakepitv1"
)

// TestRoundTrip sends values there and reads them as if they came from there.
func TestRoundTrip(t *testing.T) {
	long := strings.Repeat("é", 10_000)
	var numbers, floats []any
	for i := range 2000 {
		numbers, floats = append(numbers, int64(i)), append(floats, float64(i)/3)
	}
	for name, v := range map[string]any{
		"nil": nil, "true": true, "false": false, "int": int64(-1), "float": math.Inf(-1), "min": int64(math.MinInt64),
		"big": new(big.Int).Lsh(big.NewInt(-3), 700), "uint": new(big.Int).SetUint64(math.MaxUint64),
		"complex": complex(1, -2), "str": "zero\x00 🐍", "long str": long, "bytes": []byte{0, 255}, "long bytes": []byte(long),
		"lists": []any{[]any{}, []any{int64(1), []any{nil}}, value.Tuple{}}, "ints": numbers, "floats": floats,
		"dict":  map[string]any{"k": []any{map[string]any{"n": 2.5}}, long: long},
		"mixed": value.Dict{{Key: int64(1), Value: "one"}, {Key: value.Tuple{"a"}, Value: []any{}}},
		"set":   value.Set{"only"}, "frozenset": value.FrozenSet{int64(7)},
		"datetime": time.Date(2024, 2, 29, 23, 59, 59, 999999000, time.UTC), "date": value.Date{Year: 1, Month: 1, Day: 1},
		"local": value.LocalDateTime{Year: 2024, Month: 10, Day: 27, Hour: 2, Fold: 1},
		"clock": value.TimeOfDay{Hour: 23, Aware: true, Offset: time.Hour}, "delta": value.TimeDelta{Days: 999999999},
		"duration": -time.Microsecond, "decimal": value.Decimal("-Infinity"), "uuid": uuid.UUID{7},
		"kinds": []any{value.Decimal("1"), []any{time.Second, "x"}, value.Date{Year: 9999, Month: 12, Day: 31}},
	} {
		t.Run(name, func(t *testing.T) {
			var r columns.Reader
			got, err := r.Decode(written(t, v))
			require.NoError(t, err)
			require.Equal(t, v, got)
		})
	}
}

func TestLoneScalars(t *testing.T) {
	var r columns.Reader
	for _, c := range []struct {
		data *pb.Data
		want wire.Ret
	}{
		{columnsOf(pb.Tag_NONE), wire.Ret{Tag: wire.None}},
		{columnsOf(pb.Tag_FALSE), wire.Ret{Tag: wire.False}},
		{columnsOf(pb.Tag_TRUE), wire.Ret{Tag: wire.True}},
		{columnsOf(pb.Tag_INT, int64(-2)), wire.Ret{Tag: wire.Int, Bits: math.MaxUint64 - 1}},
		{columnsOf(pb.Tag_FLOAT, 1.5), wire.Ret{Tag: wire.Float, Bits: math.Float64bits(1.5)}},
	} {
		var got wire.Ret
		require.NoError(t, r.Read(c.data, nil, &got))
		require.Equal(t, c.want, got)
	}
}

// TestResult reads results into a frame that is used for one call after the other.
func TestResult(t *testing.T) {
	var r columns.Reader
	f := wire.NewFrame()
	defer f.Recycle()
	for _, v := range []any{"short", strings.Repeat("x", 3000), []any{strings.Repeat("y", 3000), strings.Repeat("z", 3000)}, int64(1)} {
		data := written(t, v)
		require.NoError(t, r.Result(data, f))
		require.Equal(t, any(data), f.Keep)
		got, err := codec.Decode(f.Result())
		require.NoError(t, err)
		require.Equal(t, v, got)
		f.Again()
		require.Nil(t, f.Keep)
	}
	require.Greater(t, len(f.Out), 6000, "memory that the next result may use")
}

func TestFields(t *testing.T) {
	var r columns.Reader
	var ret wire.Ret
	data := columnsOf(pb.Tag_FIELDS, uint32(3), pb.Tag_INT, int64(1), pb.Tag_MISSING, pb.Tag_LIST, uint32(0))
	require.NoError(t, r.Read(data, nil, &ret))
	reader := wire.NewReader(&ret)
	n, ok := reader.Take(wire.Fields)
	require.True(t, ok)
	require.EqualValues(t, 3, n)
	reader.Take(wire.Int)
	require.Equal(t, wire.Missing, reader.Tag())
}

// TestMissingArguments reads what Python passes to a Go tool.
func TestMissingArguments(t *testing.T) {
	var r columns.Reader
	var ret wire.Ret
	require.NoError(t, r.Read(columnsOf(pb.Tag_TUPLE, uint32(2), pb.Tag_STR, "a", pb.Tag_MISSING), nil, &ret))
	reader := wire.NewReader(&ret)
	_, ok := reader.Take(wire.Tuple)
	require.True(t, ok)
	reader.TakeStr()
	require.Equal(t, wire.Missing, reader.Tag())
	_, err := r.Decode(columnsOf(pb.Tag_TUPLE, uint32(1), pb.Tag_MISSING))
	require.ErrorIs(t, err, wire.ErrGarbled)
}

func TestOpaque(t *testing.T) {
	var r columns.Reader
	got, err := r.Decode(columnsOf(pb.Tag_LIST, uint32(2), pb.Tag_OPAQUE, "io.TextIOWrapper", "<file>", pb.Tag_STR, "next"))
	require.NoError(t, err)
	require.Equal(t, []any{value.Opaque{Type: "io.TextIOWrapper", Repr: "<file>"}, "next"}, got)
}

func nested(levels int) *pb.Data {
	d := columnsOf()
	for range levels {
		d.Tags, d.Counts = append(d.Tags, byte(pb.Tag_LIST)), append(d.Counts, 1)
	}
	d.Counts[levels-1] = 0
	return d
}

func TestDepth(t *testing.T) {
	var r columns.Reader
	_, err := r.Decode(nested(wire.MaxDepth))
	require.NoError(t, err)
	_, err = r.Decode(nested(wire.MaxDepth + 1))
	require.ErrorIs(t, err, wire.ErrGarbled)
	wide := columnsOf(pb.Tag_LIST, uint32(3000))
	for range 3000 {
		wide.Tags, wide.Counts = append(wide.Tags, byte(pb.Tag_LIST)), append(wide.Counts, 0)
	}
	got, err := r.Decode(wide)
	require.NoError(t, err)
	require.Len(t, got, 3000)
}

func TestHostileColumns(t *testing.T) {
	for name, d := range map[string]*pb.Data{
		"nothing":                   nil,
		"no tag":                    columnsOf(),
		"two values":                columnsOf(pb.Tag_NONE, pb.Tag_NONE),
		"unknown tag":               columnsOf(pb.Tag(28)),
		"last tag":                  columnsOf(pb.Tag(255)),
		"no int":                    columnsOf(pb.Tag_INT),
		"no float":                  columnsOf(pb.Tag_FLOAT),
		"half a complex":            columnsOf(pb.Tag_COMPLEX, 1.0),
		"no text":                   columnsOf(pb.Tag_STR),
		"no bytes":                  columnsOf(pb.Tag_BYTES),
		"no big int":                columnsOf(pb.Tag_BIG_INT),
		"no count":                  columnsOf(pb.Tag_LIST),
		"half an opaque":            columnsOf(pb.Tag_OPAQUE, "type"),
		"an int more":               columnsOf(pb.Tag_INT, int64(1), int64(2)),
		"an int for none":           columnsOf(pb.Tag_NONE, int64(1)),
		"a float for an int":        columnsOf(pb.Tag_INT, int64(1), 1.0),
		"a float more":              columnsOf(pb.Tag_FLOAT, 1.0, 1.0),
		"a text more":               columnsOf(pb.Tag_STR, "a", "b"),
		"bytes more":                columnsOf(pb.Tag_NONE, []byte("x")),
		"a count more":              columnsOf(pb.Tag_LIST, uint32(0), uint32(0)),
		"a tensor more":             columnsOf(pb.Tag_NONE, &pb.Tensor{}),
		"an arrow more":             columnsOf(pb.Tag_NONE, &pb.Arrow{}),
		"an arrow":                  columnsOf(pb.Tag_ARROW, &pb.Arrow{}),
		"a short list":              columnsOf(pb.Tag_LIST, uint32(2), pb.Tag_NONE),
		"a huge list":               columnsOf(pb.Tag_LIST, uint32(math.MaxUint32), pb.Tag_NONE),
		"a huge dict":               columnsOf(pb.Tag_DICT, uint32(math.MaxUint32), pb.Tag_NONE),
		"half a dict":               columnsOf(pb.Tag_DICT, uint32(1), pb.Tag_NONE),
		"a list that takes another": columnsOf(pb.Tag_LIST, uint32(2), pb.Tag_LIST, uint32(1), pb.Tag_NONE),
		"huge floats":               columnsOf(pb.Tag_FLOATS, uint32(math.MaxUint32), 1.0),
		"huge ints":                 columnsOf(pb.Tag_INTS, uint32(2), int64(1)),
		"an iterator":               columnsOf(pb.Tag_ITERATOR, pb.Tag_INT, int64(1)),
		"missing":                   columnsOf(pb.Tag_MISSING),
		"missing in a list":         columnsOf(pb.Tag_LIST, uint32(1), pb.Tag_MISSING),
		"missing deep in a tuple":   columnsOf(pb.Tag_TUPLE, uint32(1), pb.Tag_TUPLE, uint32(1), pb.Tag_MISSING),
		"missing within fields":     columnsOf(pb.Tag_FIELDS, uint32(1), pb.Tag_LIST, uint32(1), pb.Tag_MISSING),
		"fields within":             columnsOf(pb.Tag_LIST, uint32(1), pb.Tag_FIELDS, uint32(0)),
		"a kind without a payload":  columnsOf(pb.Tag_DECIMAL),
		"a decimal that is an int":  columnsOf(pb.Tag_DECIMAL, pb.Tag_INT, int64(1)),
		"a kind of a kind":          columnsOf(pb.Tag_DATETIME, pb.Tag_DATETIME),
		"a tensor":                  columnsOf(pb.Tag_TENSOR, &pb.Tensor{}),
	} {
		t.Run(name, func(t *testing.T) {
			var r columns.Reader
			ret := wire.Ret{Tag: wire.Encoded}
			require.ErrorIs(t, r.Read(d, nil, &ret), wire.ErrGarbled)
			require.Zero(t, ret)
		})
	}
}

// TestHostileKinds leaves what is in a kind's payload to the decoder.
func TestHostileKinds(t *testing.T) {
	date := []any{pb.Tag_DATE, pb.Tag_TUPLE, uint32(3), pb.Tag_INT, int64(1), pb.Tag_INT, int64(1)}
	for _, d := range []*pb.Data{
		columnsOf(append(date, pb.Tag_NONE)...), columnsOf(append(date, pb.Tag_INT, int64(32))...),
		columnsOf(pb.Tag_UUID, pb.Tag_BYTES, []byte("x")), columnsOf(pb.Tag_FIELDS, uint32(0)),
	} {
		var r columns.Reader
		_, err := r.Decode(d)
		require.ErrorIs(t, err, wire.ErrGarbled)
	}
}

func TestException(t *testing.T) {
	cause := value.Tuple{
		"ValueError", "builtins",
		[]any{"builtins.Exception"},
		"deep",
		[]any{},
		[]any{value.Tuple{"f.py", 3, "f", "raise"}},
		nil, nil,
		[]any{},
		"token",
	}
	described := value.Tuple{"KeyError", "builtins", []any{}, "k", []any{"a note"}, []any{}, cause, nil, []any{cause}, nil}
	behind := errors.New("behind")
	err := columns.Exception(written(t, described), func(token any) error {
		require.Equal(t, "token", token)
		return behind
	})
	var e *value.PythonError
	require.ErrorAs(t, err, &e)
	require.Equal(t, "KeyError", e.Type)
	require.Equal(t, []string{"a note"}, e.Notes)
	require.Equal(t, []value.ExceptionFrame{{File: "f.py", Line: 3, Function: "f", Source: "raise"}}, e.Cause.Traceback)
	require.Len(t, e.Group, 1)
	require.ErrorIs(t, err, behind)

	require.ErrorContains(t, columns.Exception(written(t, "no description"), nil), "could not describe")
	require.ErrorIs(t, columns.Exception(nil, nil), wire.ErrGarbled)
	require.EqualError(t, columns.Fault(&pb.Fault{Path: "[3]", Want: "a", Got: "b"}), "snakepit: result[3]: want a, got b")
}
