package codec_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"net/netip"
	"reflect"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
)

type node struct {
	Value int
	Next  *node
	Kids  []node          `py:",omitempty"`
	Named map[string]node `py:",omitempty"`
}

// typedValues are equal to what they arrive as in their own type.
func typedValues() []any {
	floats, _ := numbers(600)
	seven := 7
	return []any{
		true, myBool(false), 1, int8(-8), int16(1), int32(1), int64(math.MinInt64), myInt(2),
		uint(1), uint8(255), uint16(1), uint32(1), uint64(math.MaxUint64), uintptr(3),
		0.5, float32(0.1), myFloat(2), math.Inf(1), float32(math.Inf(-1)), complex64(1i), 2 + 1i,
		"x", myString("é"), []byte("ab"),
		myBytes{1},
		[2]byte{1, 2},
		[0]byte{},
		&seven, (*int)(nil),
		[]*int{nil, &seven},
		floats, myVector(floats),
		[]float32{1, 0.5},
		[]int{1, 2},
		make([]int64, 600),
		[]int8{-1},
		[]uint16{7},
		[]uint64{1, math.MaxUint64},
		[]bool{true, false},
		[]string{"a"},
		[]any{int64(1), "x"},
		[3]float64{1, 2, 3},
		[2][2]string{{"a", "b"}, {"c", "d"}},
		[][]float64{{1}, {}},
		[]myInt{4},
		[][]byte{{1}, {}},
		map[string]any{"a": int64(1)},
		map[string]string{"a": "b"},
		map[string]int{"a": 1},
		map[string]bool{"x": true},
		map[string]int64{"a": 1},
		map[string]float64{"a": 1},
		namedMap{"z": 26},
		map[int]string{1: "x"},
		map[[2]int]bool{{1, 2}: true},
		map[any]any{"a": int64(1), int64(2): "b"},
		map[bool][]string{true: {"x"}},
		map[myString]*point{"p": {1, 2}},
		map[time.Duration]float32{time.Second: 1},
		map[netip.Addr]int{netip.MustParseAddr("10.0.0.1"): 1},
		value.Tuple{int64(1)},
		value.Set{"a"},
		value.FrozenSet{"a"},
		value.Decimal("1"),
		value.Dict{{Key: "a", Value: int64(1)}},
		value.Dict{{Key: int64(1), Value: nil}},
		value.Date{Year: 1, Month: 1, Day: 1},
		value.LocalDateTime{Year: 2024, Month: 1, Day: 2},
		value.TimeOfDay{Second: 3},
		value.TimeDelta{Days: 1},
		time.Hour,
		uuid.UUID{1},
		json.Number("12"), json.Number("0.5"), json.Number("100000000000000000000"),
		big.NewInt(5), bigInt("-100000000000000000000"), netip.MustParseAddr("::1"),
		time.Date(2024, 3, 10, 12, 0, 0, 123000, time.UTC),
		point{1, 2},
		&point{3, 4},
		[]point{{1, 2}},
		struct{}{},
		node{Value: 1, Next: &node{Value: 2, Kids: []node{{Value: 3}}}, Named: map[string]node{"x": {Value: 4}}},
		struct{ A any }{nil},
		struct{ S fmt.Stringer }{uuid.UUID{9}},
		struct{ S fmt.Stringer }{nil},
		wideStruct(),
		struct{ V value.Tuple }{value.Tuple{int64(1)}},
		struct{ M *mute2 }{},
		struct{ O *object }{},
		map[mute2]mute2{"a": "b"},
		map[string]int16{"": 1},
		[]uintptr{1},
		[]uint{1},
		[]int64{},
		[]uint32{1},
	}
}

// mute2 has text methods on both sides.
type mute2 string

func (m mute2) MarshalText() ([]byte, error)     { return []byte("<" + m + ">"), nil }
func (m *mute2) UnmarshalText(text []byte) error { *m = mute2(text[1 : len(text)-1]); return nil }

// wideStruct has more fields than fit into one word of bits.
func wideStruct() any {
	var fields []reflect.StructField
	for i := range 100 {
		fields = append(fields, reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: reflect.TypeFor[int]()})
	}
	v := reflect.New(reflect.StructOf(fields)).Elem()
	v.Field(99).SetInt(99)
	return v.Interface()
}

// TestTyped sends each value there and back into its own type.
func TestTyped(t *testing.T) {
	for _, v := range typedValues() {
		t.Run(fmt.Sprintf("%T", v), func(t *testing.T) {
			got, err := decodeAs(t, v, reflect.TypeOf(v))
			require.NoError(t, err)
			require.Equal(t, v, got.Interface())
		})
	}
}

// TestTypedCutShort cuts each value off everywhere.
func TestTypedCutShort(t *testing.T) {
	for _, v := range typedValues() {
		ret, _ := encoded(t, v, true)
		whole := ret.Buf
		for n := range whole {
			if n > 200 && n < len(whole)-200 {
				continue
			}
			ret.Buf = whole[:n:n]
			for _, typ := range []reflect.Type{reflect.TypeOf(v), reflect.TypeFor[any]()} {
				_, err := decodeRet(t, ret, typ)
				require.ErrorIs(t, err, wire.ErrGarbled, "%d of %d bytes of %T as %v", n, len(whole), v, typ)
			}
		}
		ret.Buf = append(whole[:len(whole):len(whole)], byte(wire.None))
		_, err := decodeRet(t, ret, reflect.TypeOf(v))
		require.ErrorIs(t, err, wire.ErrGarbled, "a byte too many")
	}
}

// TestInto sends values into types that are not theirs.
func TestInto(t *testing.T) {
	floats, list := numbers(600)
	for _, c := range []struct{ in, out any }{
		{value.Tuple{1, 2}, []int{1, 2}},
		{value.Tuple{1, 2}, [2]int8{1, 2}},
		{value.Set{1}, []int{1}},
		{value.FrozenSet{1.5}, []float64{1.5}},
		{[]any{1, 2.5}, []float64{1, 2.5}},
		{[]int{1, 2}, []float64{1, 2}},
		{[]int{1, 2}, []int16{1, 2}},
		{[]int{1, 2}, []uint64{1, 2}},
		{[]int{1, 2}, [2]complex128{1, 2}},
		{make([]int, 600), make([]uint32, 600)},
		{floats, list},
		{[]int{1}, []any{int64(1)}},
		{[]int{1}, []*big.Int{big.NewInt(1)}},
		{[]int{1}, []json.Number{"1"}},
		{1, 1.0},
		{1 << 53, float64(1 << 53)},
		{uint64(1) << 63, float64(1 << 63)},
		{bigInt("0x10000000000000000000"), float64(0x1p76)},
		{1, float32(1)},
		{1, complex64(1)},
		{2.5, 2.5 + 0i},
		{2.0, json.Number("2.0")},
		{1e30, json.Number("1e+30")},
		{map[string]any{"y_pos": 2, "x": 1, "z": []any{map[string]int{"q": 1}}}, point{1, 2}},
		{value.Dict{{Key: 1, Value: "?"}, {Key: "x", Value: 1}, {Key: "y_pos", Value: 2}}, point{1, 2}},
		{map[string]any{"value": 1}, node{Value: 1}},
		{point{1, 2}, map[string]int{"x": 1, "y_pos": 2}},
		{map[string]any{"1.2.3.4": 1}, map[netip.Addr]int{netip.MustParseAddr("1.2.3.4"): 1}},
		{time.Second, value.TimeDelta{Seconds: 1}},
		{nil, any(nil)},
		{
			map[int]any{1: map[string]any{"value": 1, "next": point{}, "kids": []any{}}, 2: map[string]any{"value": 2}, 3: map[string]any{"value": 3}},
			map[int]struct {
				Value int
				Next  any `py:",omitempty"`
			}{1: {1, map[string]any{"x": int64(0), "y_pos": int64(0)}}, 2: {2, nil}, 3: {3, nil}},
		},
		{nil, (*point)(nil)},
	} {
		typ := reflect.TypeOf(c.out)
		if typ == nil {
			typ = reflect.TypeFor[any]()
		}
		t.Run(fmt.Sprintf("%v into %v", c.in, typ), func(t *testing.T) {
			got, err := decodeAs(t, c.in, typ)
			require.NoError(t, err)
			require.Equal(t, c.out, got.Interface())
		})
	}
}
