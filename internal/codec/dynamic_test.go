package codec_test

import (
	"encoding/json"
	"math"
	"math/big"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/value"
)

type (
	myInt    int32
	myString string
	myBytes  []byte
	myBool   bool
	myFloat  float32
	myVector []float64
	level    int
)

func (l *level) MarshalText() ([]byte, error) { return []byte(strings.Repeat("!", int(*l))), nil }

func bigInt(s string) *big.Int {
	x, ok := new(big.Int).SetString(s, 0)
	if !ok {
		panic(s)
	}
	return x
}

func numbers(n int) (s []float64, list []any) {
	for i := range n {
		s = append(s, float64(i)/2)
		list = append(list, float64(i)/2)
	}
	return s, list
}

// TestDynamic sends each value there and back without a type, once lending large
// memory and once copying it.
func TestDynamic(t *testing.T) {
	floats, floatList := numbers(1000)
	id := uuid.MustParse("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
	long := strings.Repeat("long ", 2000)
	three, ptr := 3, new(int)
	cases := []struct {
		name    string
		in, out any
	}{
		{"nil", nil, nil},
		{"nil pointer", (*int)(nil), nil},
		{"nil lender", (*object)(nil), nil},
		{"nil big", (*big.Int)(nil), nil},
		{"pointer", &three, int64(3)},
		{"pointer to pointer", &ptr, int64(0)},
		{"true", true, true},
		{"named bool", myBool(true), true},
		{"int", -5, int64(-5)},
		{"int8", int8(-128), int64(-128)},
		{"int16", int16(-3), int64(-3)},
		{"int32", int32(-3), int64(-3)},
		{"int64", int64(math.MinInt64), int64(math.MinInt64)},
		{"named int", myInt(4), int64(4)},
		{"uint", uint(5), int64(5)},
		{"uint8", uint8(255), int64(255)},
		{"uint16", uint16(5), int64(5)},
		{"uint32", uint32(math.MaxUint32), int64(math.MaxUint32)},
		{"uint64 small", uint64(math.MaxInt64), int64(math.MaxInt64)},
		{"uint64 large", uint64(math.MaxUint64), bigInt("18446744073709551615")},
		{"uintptr", uintptr(9), int64(9)},
		{"big small", big.NewInt(-7), int64(-7)},
		{"big value", *big.NewInt(7), int64(7)},
		{"big 2^64", bigInt("18446744073709551616"), bigInt("18446744073709551616")},
		{"big -2^63", bigInt("-9223372036854775808"), int64(math.MinInt64)},
		{"big -2^63-1", bigInt("-9223372036854775809"), bigInt("-9223372036854775809")},
		{"big -2^64", bigInt("-18446744073709551616"), bigInt("-18446744073709551616")},
		{"big -2^71", bigInt("-2361183241434822606848"), bigInt("-2361183241434822606848")},
		{"big hex", bigInt("0xdeadbeefcafebabe0123456789abcdef77"), bigInt("0xdeadbeefcafebabe0123456789abcdef77")},
		{"float", 0.1, 0.1},
		{"float32", float32(0.5), 0.5},
		{"named float", myFloat(0.25), 0.25},
		{"inf", math.Inf(-1), math.Inf(-1)},
		{"complex", 1 - 2i, 1 - 2i},
		{"complex64", complex64(1 + 2i), 1 + 2i},
		{"string", "grüß 🐍", "grüß 🐍"},
		{"empty string", "", ""},
		{"named string", myString("x"), "x"},
		{"long string", long, long},
		{"bytes", []byte{0, 255}, []byte{0, 255}},
		{"nil bytes", []byte(nil), []byte{}},
		{"named bytes", myBytes("ab"), []byte("ab")},
		{"byte array", [3]byte{1, 2, 3}, []byte{1, 2, 3}},
		{"long bytes", []byte(long), []byte(long)},
		{"text", netip.MustParseAddr("::1"), "::1"},
		{"text of pointer", level(2), "!!"},
		{"list", []any{1, "a", nil, 2.5}, []any{int64(1), "a", nil, 2.5}},
		{"nil list", []any(nil), []any{}},
		{"strings", []string{"a", "b"}, []any{"a", "b"}},
		{"bools", []bool{true, false}, []any{true, false}},
		{"floats", floats, floatList},
		{"few floats", floats[:3], floatList[:3]},
		{"no floats", []float64{}, []any{}},
		{"named floats", myVector{1, 2}, []any{1.0, 2.0}},
		{"float32s", []float32{0.5, 1}, []any{0.5, 1.0}},
		{"ints", []int{1, -2}, []any{int64(1), int64(-2)}},
		{"int64s", make([]int64, 600), zeros(600)},
		{"int32s", []int32{1, -2}, []any{int64(1), int64(-2)}},
		{"int16s", []int16{1, -2}, []any{int64(1), int64(-2)}},
		{"int8s", []int8{1, -2}, []any{int64(1), int64(-2)}},
		{"uint16s", []uint16{1, 2}, []any{int64(1), int64(2)}},
		{"uint32s", []uint32{1, 2}, []any{int64(1), int64(2)}},
		{"uints", []uint{1, 2}, []any{int64(1), int64(2)}},
		{"uint64s", []uint64{1, math.MaxUint64}, []any{int64(1), bigInt("18446744073709551615")}},
		{"uint64s, large first", []uint64{math.MaxUint64, 1}, []any{bigInt("18446744073709551615"), int64(1)}},
		{"named ints", []myInt{1}, []any{int64(1)}},
		{"durations", []time.Duration{time.Second}, []any{time.Second}},
		{"array", [2]int{3, 4}, []any{int64(3), int64(4)}},
		{"long array", [200]int64{}, zeros(200)},
		{"array of arrays", [2][1]string{{"a"}, {"b"}}, []any{[]any{"a"}, []any{"b"}}},
		{"text slice", []netip.Addr{netip.MustParseAddr("::1")}, []any{"::1"}},
		{"text bytes", []level{1, 2}, []any{"!", "!!"}},
		{"map", map[string]any{"a": 1, "b": nil}, map[string]any{"a": int64(1), "b": nil}},
		{"nil map", map[string]int(nil), map[string]any{}},
		{"map of strings", map[string]string{"a": "b"}, map[string]any{"a": "b"}},
		{"map of floats", map[string]float64{"a": 1}, map[string]any{"a": 1.0}},
		{"map of named", map[myString]myInt{"a": 1}, map[string]any{"a": int64(1)}},
		{"map of ints", map[int]string{3: "x"}, value.Dict{{Key: int64(3), Value: "x"}}},
		{"map of arrays", map[[2]int]bool{{1, 2}: true}, value.Dict{{Key: value.Tuple{int64(1), int64(2)}, Value: true}}},
		{"map of byte arrays", map[[2]byte]bool{{1, 2}: true}, value.Dict{{Key: []byte{1, 2}, Value: true}}},
		{"map of any", map[any]any{"a": 1}, map[string]any{"a": int64(1)}},
		{"map of text", map[netip.Addr]int{netip.MustParseAddr("::1"): 1}, map[string]any{"::1": int64(1)}},
		{"map of pointers", map[*int]int{&three: 1}, value.Dict{{Key: int64(3), Value: int64(1)}}},
		{"map to maps", map[string]map[string]int{"a": {"b": 1}}, map[string]any{"a": map[string]any{"b": int64(1)}}},
		{"dict", value.Dict{{Key: "b", Value: 1}, {Key: 2, Value: "x"}, {Key: "a", Value: []any{}}}, value.Dict{{Key: "b", Value: int64(1)}, {Key: int64(2), Value: "x"}, {Key: "a", Value: []any{}}}},
		{"dict of str", value.Dict{{Key: "b", Value: 1}}, map[string]any{"b": int64(1)}},
		{"nested mixed", value.Dict{{Key: "a", Value: value.Dict{{Key: "b", Value: 1}, {Key: nil, Value: 2}}}, {Key: true, Value: 3}}, value.Dict{{Key: "a", Value: value.Dict{{Key: "b", Value: int64(1)}, {Key: nil, Value: int64(2)}}}, {Key: true, Value: int64(3)}}},
		{"tuple", value.Tuple{1, value.Tuple{}}, value.Tuple{int64(1), value.Tuple{}}},
		{"nil tuple", value.Tuple(nil), value.Tuple{}},
		{"set", value.Set{1, "a", value.Tuple{2}}, value.Set{int64(1), "a", value.Tuple{int64(2)}}},
		{"frozenset", value.FrozenSet{value.FrozenSet{1}}, value.FrozenSet{value.FrozenSet{int64(1)}}},
		{"decimal", value.Decimal("1.10"), value.Decimal("1.10")},
		{"uuid", id, id},
		{"date", value.Date{Year: 2024, Month: 2, Day: 29}, value.Date{Year: 2024, Month: 2, Day: 29}},
		{"local", value.LocalDateTime{Year: 9999, Month: 12, Day: 31, Hour: 23, Minute: 59, Second: 59, Microsecond: 999999, Fold: 1}, value.LocalDateTime{Year: 9999, Month: 12, Day: 31, Hour: 23, Minute: 59, Second: 59, Microsecond: 999999, Fold: 1}},
		{"clock", value.TimeOfDay{Hour: 1, Fold: 1}, value.TimeOfDay{Hour: 1, Fold: 1}},
		{"aware clock", value.TimeOfDay{Hour: 1, Aware: true, Offset: -90 * time.Minute}, value.TimeOfDay{Hour: 1, Aware: true, Offset: -90 * time.Minute}},
		{"duration", -1500 * time.Millisecond, -1500 * time.Millisecond},
		{"duration cut", -1999 * time.Nanosecond, -1 * time.Microsecond},
		{"longest duration", time.Duration(math.MaxInt64), time.Duration(math.MaxInt64 / 1000 * 1000)},
		{"delta", value.TimeDelta{Days: -999999999, Seconds: 86399, Microseconds: 999999}, value.TimeDelta{Days: -999999999, Seconds: 86399, Microseconds: 999999}},
		{"short delta", value.TimeDelta{Days: -1, Seconds: 86399}, -time.Second},
		{"number int", json.Number("-12"), int64(-12)},
		{"number big", json.Number("123456789012345678901234567890"), bigInt("123456789012345678901234567890")},
		{"number float", json.Number("1e2"), 100.0},
		{"struct", point{1, 2}, map[string]any{"x": int64(1), "y_pos": int64(2)}},
		{"struct pointer", &point{1, 2}, map[string]any{"x": int64(1), "y_pos": int64(2)}},
		{"structs", []point{{}}, []any{map[string]any{"x": int64(0), "y_pos": int64(0)}}},
		{"empty struct", struct{}{}, map[string]any{}},
		{"pointer shaped struct", struct{ P *int }{&three}, map[string]any{"p": int64(3)}},
		{"pointer shaped map", namedMap{"a": 1}, map[string]any{"a": int64(1)}},
		{"interfaces", []any{any(nil), (*int)(nil), &three}, []any{nil, nil, int64(3)}},
		{"stringers", struct{ S interface{ String() string } }{id}, map[string]any{"s": id}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.out, dynamic(t, c.in, false), "lent")
			require.Equal(t, c.out, dynamic(t, c.in, true), "copied")
		})
	}
}

type namedMap map[string]int

type point struct {
	X    int
	YPos int
}

func zeros(n int) (list []any) {
	for range n {
		list = append(list, int64(0))
	}
	return list
}

func TestNaN(t *testing.T) {
	require.True(t, math.IsNaN(dynamic(t, math.NaN(), false).(float64)))
	require.True(t, math.Signbit(dynamic(t, math.Copysign(0, -1), false).(float64)), "-0")
}
