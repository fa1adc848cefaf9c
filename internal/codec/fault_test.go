package codec_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"net/netip"
	"reflect"
	"sync"
	"testing"
	"time"
	"unsafe"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
)

type mute struct{}

// keeper is a word in memory that is a text outside.
type keeper int

var kept []byte

func (k *keeper) UnmarshalText(text []byte) error {
	kept = text
	return nil
}

func TestTextIsACopy(t *testing.T) {
	ret, _ := encoded(t, "text", true)
	_, err := decodeRet(t, ret, reflect.TypeFor[keeper]())
	require.NoError(t, err)
	clear(ret.Buf)
	require.Equal(t, "text", string(kept))
}

func (mute) MarshalText() ([]byte, error) { return nil, errors.New("no words") }

func TestEncodeFaults(t *testing.T) {
	for _, c := range []struct {
		in   any
		text string
	}{
		{make(chan<- int), "args[0]: want a type that can cross to Python, got chan<- int"},
		{func() {}, "args[0]: want a type that can cross to Python, got func()"},
		{unsafe.Pointer(&struct{}{}), "args[0]: want a type that can cross to Python, got unsafe.Pointer"},
		{[]any{1, map[string]any{"a b": make(chan<- int)}}, `args[0][1]["a b"]: want a type that can cross to Python, got chan<- int`},
		{[]chan<- int{}, "args[0][]: want a type that can cross to Python, got chan<- int"},
		{map[string]chan<- int{}, "args[0][]: want a type that can cross to Python, got chan<- int"},
		{map[struct{ A int }]int{}, "args[0][key]: want a hashable key, got struct { A int }"},
		{map[any]int{point{}: 1}, "args[0][key]: want a hashable key, got codec_test.point"},
		{value.Set{1, []any{}}, "args[0][1]: want a hashable key, got []interface {}"},
		{value.Set{value.Tuple{"x", map[string]any{}}}, "args[0][0][1]: want a hashable key, got map[string]interface {}"},
		{value.FrozenSet{value.Set{}}, "args[0][0]: want a hashable key, got value.Set"},
		{value.Dict{{Key: value.Dict{}, Value: 1}}, "args[0][key]: want a hashable key, got value.Dict"},
		{value.Dict{{Key: 1.5, Value: make(chan<- int)}}, "args[0][1.5]: want a type that can cross to Python, got chan<- int"},
		{map[myInt]any{7: "\xff"}, "args[0][key]: want valid UTF-8, got an invalid byte at offset 0"},
		{map[int]any{7: "\xff"}, "args[0][7]: want valid UTF-8, got an invalid byte at offset 0"},
		{struct{ A struct{ Ch chan<- int } }{}, "args[0].A.Ch: want a type that can cross to Python, got chan<- int"},
		{struct{ A []any }{[]any{"é\xc3"}}, "args[0].A[0]: want valid UTF-8, got an invalid byte at offset 2"},
		{"0123456789\ufffd\xfe", "args[0]: want valid UTF-8, got an invalid byte at offset 13"},
		{map[string]any{"\xff": 1}, "args[0][key]: want valid UTF-8, got an invalid byte at offset 0"},
		{map[string]string{"\xff": "x"}, "args[0][key]: want valid UTF-8, got an invalid byte at offset 0"},
		{map[string]string{"k": "\xff"}, `args[0]["k"]: want valid UTF-8, got an invalid byte at offset 0`},
		{json.Number("0x10"), `args[0]: want a number, got json.Number "0x10"`},
		{json.Number(""), `args[0]: want a number, got json.Number ""`},
		{json.Number(" 1"), `args[0]: want a number, got json.Number " 1"`},
		{json.Number("1 "), `args[0]: want a number, got json.Number "1 "`},
		{json.Number("1,2"), `args[0]: want a number, got json.Number "1,2"`},
		{struct{ A string }{"\xff"}, "args[0].A: want valid UTF-8, got an invalid byte at offset 0"},
		{value.TimeOfDay{Second: 60}, "args[0]: want a time of day, got {Hour:0 Minute:0 Second:60 Microsecond:0 Fold:0 Aware:false Offset:0s}"},
		{value.TimeOfDay{Aware: true, Offset: 24 * time.Hour}, "args[0]: want a time of day, got {Hour:0 Minute:0 Second:0 Microsecond:0 Fold:0 Aware:true Offset:24h0m0s}"},
		{json.Number("1e999"), `args[0]: want a number that a float can hold, got json.Number "1e999"`},
		{mute{}, "args[0]: want a value whose MarshalText succeeds, got no words"},
		{&object{err: errors.New("released")}, "args[0]: want an object that can be lent, got released"},
		{object{}, "args[0]: want a type that can cross to Python, got codec_test.object, whose pointer can"},
		{sync.Mutex{}, "args[0]: want a type that can cross to Python, got sync.Mutex, which has no exported field"},
		{errors.New("x"), "args[0]: want a type that can cross to Python, got errors.errorString, which has no exported field"},
		{time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), "args[0]: want a year from 1 to 9999, got a time.Time in the year 10000"},
		{time.Date(1, 1, 1, 0, 0, 0, 0, time.FixedZone("", 86400)), "args[0]: want an offset below 24 hours, got a time.Time 86400 s off UTC"},
		{value.Date{Year: 2023, Month: 2, Day: 29}, "args[0]: want a date of the years 1 to 9999, got 2023-02-29"},
		{value.TimeDelta{Seconds: -1}, "args[0]: want a normalised TimeDelta of at most 999999999 days, got {Days:0 Seconds:-1 Microseconds:0}"},
		{value.TimeOfDay{Hour: 24}, "args[0]: want a time of day, got {Hour:24 Minute:0 Second:0 Microsecond:0 Fold:0 Aware:false Offset:0s}"},
		{value.LocalDateTime{}, "args[0]: want a date of the years 1 to 9999 and a time of day, got {Year:0 Month:%!Month(0) Day:0 Hour:0 Minute:0 Second:0 Microsecond:0 Fold:0}"},
	} {
		t.Run(fmt.Sprintf("%T", c.in), func(t *testing.T) {
			f := wire.NewFrame()
			defer f.Recycle()
			for range 2 { // a plan's error is not used up
				err := codec.Encode(f, c.in, "args[0]")
				require.EqualError(t, err, "snakepit: "+c.text)
				require.ErrorAs(t, err, new(*value.ConversionError))
			}
		})
	}
}

func TestPlanFaults(t *testing.T) {
	type loop struct {
		Next *loop
		Ch   chan<- int
	}
	for _, c := range []struct {
		typ      reflect.Type
		enc, dec string
	}{
		{reflect.TypeFor[chan<- int](), ": want a type that can cross to Python, got chan<- int", ": want a type that can cross to Python, got chan<- int"},
		{reflect.TypeFor[loop](), ".Ch: want a type that can cross to Python, got chan<- int", ".Ch: want a type that can cross to Python, got chan<- int"},
		{reflect.TypeFor[map[point]int](), "[key]: want a hashable key, got codec_test.point", ""},
		{reflect.TypeFor[object](), ": want a type that can cross to Python, got codec_test.object, whose pointer can", ": want a type that can cross to Python, got codec_test.object, whose pointer can"},
		{reflect.TypeFor[mute](), "", ""},
	} {
		t.Run(c.typ.String(), func(t *testing.T) {
			_, err := codec.PlanEncode(c.typ)
			requireText(t, err, c.enc)
			_, err = codec.PlanDecode(c.typ)
			requireText(t, err, c.dec)
		})
	}
}

// TestPlanErrorsAreTheCallers changes one: the plan's own stays.
func TestPlanErrorsAreTheCallers(t *testing.T) {
	for range 2 {
		_, err := codec.PlanEncode(reflect.TypeFor[func()]())
		var c *value.ConversionError
		require.ErrorAs(t, err, &c)
		require.Empty(t, c.Path)
		c.Path = "changed"
		_, err = codec.PlanDecode(reflect.TypeFor[func()]())
		require.ErrorAs(t, err, &c)
		require.Empty(t, c.Path)
		c.Path = "changed"
	}
}

// TestEveryByteIsLookedAt puts a bad byte at each place of texts of all lengths.
func TestEveryByteIsLookedAt(t *testing.T) {
	f := wire.NewFrame()
	defer f.Recycle()
	for n := range 80 {
		text := make([]byte, n)
		require.NoError(t, codec.Encode(f, string(text), ""))
		for i := range text {
			text[i] = 0xff
			require.EqualError(t, codec.Encode(f, string(text), "args[0]"),
				fmt.Sprintf("snakepit: args[0]: want valid UTF-8, got an invalid byte at offset %d", i))
			text[i] = 0
		}
	}
}

func requireText(t *testing.T, err error, text string) {
	t.Helper()
	if text == "" {
		require.NoError(t, err)
		return
	}
	require.EqualError(t, err, "snakepit: "+text)
}

func TestDecodeFaults(t *testing.T) {
	late := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		in   any
		out  any // of the type wanted
		text string
	}{
		{300, int8(0), "result: want int8, got int 300"},
		{-1, uint8(0), "result: want uint8, got int -1"},
		{256, uint8(0), "result: want uint8, got int 256"},
		{-1, uint64(0), "result: want uint64, got int -1"},
		{uint64(math.MaxUint64), int64(0), "result: want int64, got int 18446744073709551615"},
		{uint64(math.MaxUint64), uint32(0), "result: want uint32, got int 18446744073709551615"},
		{bigInt("0x10000000000000000"), uint64(0), "result: want uint64, got int 18446744073709551616"},
		{new(big.Int).Lsh(big.NewInt(1), 200), 0, "result: want int, got a big int"},
		{70000, myInt(0), ""},
		{1 << 40, myInt(0), "result: want codec_test.myInt, got int 1099511627776"},
		{true, 0, "result: want int, got bool True"},
		{1, false, "result: want bool, got int 1"},
		{1.5, 0, "result: want int, got float 1.5"},
		{math.MaxInt64, 0.5, "result: want float64, got an int that no float is equal to"},
		{bigInt("0x100000000000000000001"), 0.5, "result: want float64, got an int that no float is equal to"},
		{1<<53 + 1, 0.5, "result: want float64, got an int that no float is equal to"},
		{1<<24 + 1, float32(0), "result: want float32, got int 16777217"},
		{1e300, float32(0), "result: want float32, got float 1e+300"},
		{true, 0.5, "result: want float64, got bool True"},
		{"x", complex64(0), "result: want complex64, got str \"x\""},
		{nil, 0, "result: want int, got None"},
		{nil, "", "result: want string, got None"},
		{nil, []int{}, "result: want []int, got None"},
		{nil, map[string]int{}, "result: want map[string]int, got None"},
		{nil, point{}, "result: want codec_test.point, got None"},
		{[]byte("ab"), "", "result: want string, got bytes of 2"},
		{"ab", []byte{}, "result: want []uint8, got str \"ab\""},
		{[]byte("ab"), [3]byte{}, "result: want [3]uint8, got bytes of 2"},
		{[]int{1}, [2]int{}, "result: want [2]int, got list of 1"},
		{value.Tuple{1, 2, 3}, [2]int{}, "result: want [2]int, got tuple of 3"},
		{value.Set{1, 2}, [2]int{}, "result: want [2]int, got set of 2"},
		{[]any{1, "x"}, []int{}, "result[1]: want int, got str \"x\""},
		{[]int{1, 300}, []int8{}, "result[1]: want int8, got int 300"},
		{make([]float64, 600), []int{}, "result[0]: want int, got float 0"},
		{make([]float64, 600), "", "result: want string, got list of 600"},
		{make([]int, 3), "", "result: want string, got list of 3"},
		{map[string]any{"a": []any{1.5}}, map[string][]int{}, `result["a"][0]: want int, got float 1.5`},
		{map[string]any{"a": "x"}, map[string]int{}, `result["a"]: want int, got str "x"`},
		{map[int]int{1: 2}, map[string]int{}, "result[key]: want string, got int 1"},
		{value.Dict{{Key: value.Tuple{1}, Value: 1}}, map[any]any{}, "result[key]: want a key of map[interface {}]interface {}, got value.Tuple"},
		{[]any{map[string]any{"x": 1, "y_pos": "two"}}, []point{}, `result[0].y_pos: want int, got str "two"`},
		{map[string]any{"x": 1}, point{}, `result: want key "y_pos", got no such key`},
		{map[string]any{"value": 1, "next": map[string]any{}}, node{}, `result.next: want key "value", got no such key`},
		{[]any{}, point{}, "result: want codec_test.point, got list of 0"},
		{"nope", netip.Addr{}, `result: want netip.Addr, got str "nope": ParseAddr("nope"): unable to parse IP`},
		{1, netip.Addr{}, "result: want netip.Addr, got int 1"},
		{value.LocalDateTime{Year: 2024, Month: 1, Day: 1}, time.Time{}, "result: want time.Time, got a datetime without a time zone"},
		{late, value.LocalDateTime{}, "result: want value.LocalDateTime, got time.Time"},
		{late, "", "result: want string, got datetime"},
		{value.Date{Year: 2024, Month: 1, Day: 1}, time.Time{}, "result: want time.Time, got date"},
		{value.TimeDelta{Days: 999999999}, time.Duration(0), "result: want time.Duration, got a timedelta of more than 292 years"},
		{1, time.Duration(0), "result: want time.Duration, got int 1"},
		{value.Decimal("1"), 0.5, "result: want float64, got Decimal"},
		{uuid.UUID{}, [16]byte{}, "result: want [16]uint8, got UUID"},
		{value.TimeOfDay{}, value.Date{}, "result: want value.Date, got time"},
		{time.Second, value.Decimal(""), "result: want value.Decimal, got timedelta"},
		{[]any{}, value.Tuple{}, "result: want value.Tuple, got list of 0"},
		{math.NaN(), json.Number(""), "result: want json.Number, got float NaN"},
		{"1", json.Number(""), `result: want json.Number, got str "1"`},
		{1i, 0.5, "result: want float64, got complex"},
		{[]int{1}, []keeper{}, "result[0]: want codec_test.keeper, got int 1"},
		{value.TimeDelta{Days: -106752}, time.Duration(0), "result: want time.Duration, got a timedelta of more than 292 years"},
		{"x", big.Int{}, `result: want big.Int, got str "x"`},
		{1, struct{ S fmt.Stringer }{}, "result: want struct { S fmt.Stringer }, got int 1"},
		{map[string]any{"s": 1}, struct{ S fmt.Stringer }{}, "result.s: want fmt.Stringer, got int64"},
		{&object{}, 0, "result: want int, got a Python object"},
		{&object{}, (*point)(nil), "result: want *codec_test.point, got a Python object"},
		{1, (*object)(nil), "result: want *codec_test.object, got int 1"},
		{string(make([]byte, 50)), 0, `result: want int, got str "` + repeat(`\x00`, 40) + `"…`},
	} {
		t.Run(fmt.Sprintf("%T into %T", c.in, c.out), func(t *testing.T) {
			_, err := decodeAs(t, c.in, reflect.TypeOf(c.out))
			requireText(t, err, c.text)
		})
	}
}

func repeat(s string, n int) (all string) {
	for range n {
		all += s
	}
	return all
}
