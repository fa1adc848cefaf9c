package codec_test

import (
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
)

// golden are values in the bytes that tag.go promises to C, written by hand.
var golden = []struct {
	name  string
	v     any
	bytes []any // tags, kinds, words (int), raw text
}{
	{"none", nil, []any{wire.None}},
	{"bools", []bool{false, true}, []any{wire.List, 2, wire.False, wire.True}},
	{"int", -1, []any{wire.Int, -1}},
	{"uint", uint64(1 << 63), []any{wire.Uint, math.MinInt64}},
	{"big", bigInt("0x1234567890abcdef01"), []any{wire.BigInt, 9, "\x01\xef\xcd\xab\x90\x78\x56\x34\x12"}},
	{"big with a bit where the sign goes", bigInt("0xff00000000000000fe"), []any{wire.BigInt, 10, "\xfe\x00\x00\x00\x00\x00\x00\x00\xff\x00"}},
	{"negative", bigInt("-0x1234567890abcdef01"), []any{wire.BigInt, 9, "\xff\x10\x32\x54\x6f\x87\xa9\xcb\xed"}},
	{"-2^63-1", bigInt("-9223372036854775809"), []any{wire.BigInt, 9, "\xff\xff\xff\xff\xff\xff\xff\x7f\xff"}},
	{"float", 1.0, []any{wire.Float, 0x3ff0000000000000}},
	{"complex", 1 + 2i, []any{wire.Complex, 0x3ff0000000000000, 0x4000000000000000}},
	{"str", "é", []any{wire.Str, 2, "\xc3\xa9"}},
	{"bytes", []byte{0, 1}, []any{wire.Bytes, 2, "\x00\x01"}},
	{"list", []any{nil, int64(1)}, []any{wire.List, 2, wire.None, wire.Int, 1}},
	{"tuple", value.Tuple{nil}, []any{wire.Tuple, 1, wire.None}},
	{"dict", map[string]any{"a": nil}, []any{wire.Dict, 1, wire.Str, 1, "a", wire.None}},
	{"struct", struct{ AbC int }{3}, []any{wire.Dict, 1, wire.Str, 4, "ab_c", wire.Int, 3}},
	{"set", value.Set{nil}, []any{wire.Set, 1, wire.None}},
	{"frozenset", value.FrozenSet{nil}, []any{wire.FrozenSet, 1, wire.None}},
	{"floats", []float64{1}, []any{wire.Floats, 1, 0x3ff0000000000000}},
	{"ints", []int16{-2}, []any{wire.Ints, 1, -2}},
	{"object", &object{handle: 77}, []any{wire.Object, 77}},
	{"date", value.Date{Year: 2024, Month: 2, Day: 29}, []any{wire.Ext, wire.Date, wire.Tuple, 3, wire.Int, 2024, wire.Int, 2, wire.Int, 29}},
	{"delta", -time.Microsecond, []any{wire.Ext, wire.TimeDelta, wire.Tuple, 3, wire.Int, -1, wire.Int, 86399, wire.Int, 999999}},
	{"decimal", value.Decimal("1"), []any{wire.Ext, wire.Decimal, wire.Str, 1, "1"}},
	{"uuid", uuid.UUID{1, 15: 2}, []any{wire.Ext, wire.UUID, wire.Bytes, 16, "\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02"}},
	{"time", value.TimeOfDay{Hour: 1, Minute: 2, Second: 3, Microsecond: 4, Fold: 1, Aware: true, Offset: -time.Second}, []any{
		wire.Ext, wire.TimeOfDay, wire.Tuple, 6, wire.Int, 1, wire.Int, 2, wire.Int, 3, wire.Int, 4, wire.Int, 1, wire.Int, -1000000,
	}},
	{"naive", value.LocalDateTime{Year: 1, Month: 2, Day: 3, Hour: 4, Minute: 5, Second: 6, Microsecond: 7, Fold: 1}, []any{
		wire.Ext, wire.DateTime, wire.Tuple, 10, wire.Int, 1, wire.Int, 2, wire.Int, 3, wire.Int, 4, wire.Int, 5, wire.Int, 6, wire.Int, 7, wire.Int, 1, wire.None, wire.None,
	}},
	{"aware", time.Date(1, 2, 3, 4, 5, 6, 7000, time.UTC), []any{
		wire.Ext, wire.DateTime, wire.Tuple, 10, wire.Int, 1, wire.Int, 2, wire.Int, 3, wire.Int, 4, wire.Int, 5, wire.Int, 6, wire.Int, 7, wire.Int, 0, wire.Int, 0, wire.Str, 3, "UTC",
	}},
}

func TestGolden(t *testing.T) {
	for _, c := range golden {
		t.Run(c.name, func(t *testing.T) {
			ret, _ := encoded(t, c.v, true)
			require.Equal(t, wireBytes(c.bytes...), ret.Buf)
			if reflect.TypeOf(c.v) == nil || c.name == "object" {
				return
			}
			got, err := decodeRet(t, &wire.Ret{Tag: wire.Encoded, Buf: wireBytes(c.bytes...)}, reflect.TypeOf(c.v))
			require.NoError(t, err)
			require.Equal(t, c.v, got.Interface())
		})
	}
}

// TestOddInts reads integers in a larger form than needed.
func TestOddInts(t *testing.T) {
	for want, parts := range map[int64][]any{
		5:    {wire.Uint, 5},
		7:    {wire.BigInt, 1, "\x07"},
		-1:   {wire.BigInt, 2, "\xff\xff"},
		-256: {wire.BigInt, 12, "\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"},
		0:    {wire.BigInt, 0},
	} {
		r := wire.NewReader(&wire.Ret{Tag: wire.Encoded, Buf: wireBytes(parts...)})
		got, err := codec.Decode(&r)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}
