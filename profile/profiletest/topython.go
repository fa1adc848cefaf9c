package profiletest

import (
	"encoding/json"
	"math"
	"math/big"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/gosnakepit/snakepit"
)

// given is a Go value, and what must hold of the x that arrives in Python.
type given struct {
	value any
	check string
}

func (s *suite) toPython(t *testing.T) {
	for _, table := range [][]given{goNumbers(), goSequences(), goMaps(), goSpecial()} {
		for _, g := range table {
			got := s.call(t, "holds", g.check, g.value)
			assert.Equal(t, true, got, "%T %#v arrives as %v", g.value, g.value, s.call(t, "texts", g.value))
		}
	}
}

type (
	myInt    int
	myString string
	myBytes  []byte
	myFloats []float64
	myMap    map[myString]myInt
)

func goNumbers() []given {
	minus := new(big.Int).Neg(power(1000, 0))
	return []given{
		{int8(math.MinInt8), "type(x) is int and x == -128"},
		{int16(math.MinInt16), "x == -2**15"},
		{int32(math.MaxInt32), "x == 2**31-1"},
		{int64(math.MinInt64), "x == -2**63"},
		{math.MaxInt, "x == 2**63-1"},
		{uint8(255), "x == 255"},
		{uint16(math.MaxUint16), "x == 2**16-1"},
		{uint32(math.MaxUint32), "x == 2**32-1"},
		{uint64(math.MaxUint64), "type(x) is int and x == 2**64-1"},
		{uint64(1 << 63), "x == 2**63"},
		{uint(7), "x == 7"},
		{uintptr(9), "x == 9"},
		{power(1000, 0), "x == 2**1000"},
		{*minus, "x == -2**1000"},
		{big.NewInt(-5), "x == -5"},
		{(*big.Int)(nil), "x is None"},
		{float32(0.1), "type(x) is float and x == 0.10000000149011612"},
		{float32(math.Inf(-1)), "x == -math.inf"},
		{math.NaN(), "x != x"},
		{math.Copysign(0, -1), "str(x) == '-0.0'"},
		{complex64(1 - 2i), "type(x) is complex and x == 1-2j"},
		{complex(math.Inf(1), math.NaN()), "x.real == math.inf and x.imag != x.imag"},
		{myInt(3), "type(x) is int and x == 3"},
		{new(int), "x == 0"},
		{new(new(uint64(1 << 63))), "x == 2**63"},
		{(*int)(nil), "x is None"},
		{json.Number("12"), "type(x) is int and x == 12"},
		{json.Number("123456789012345678901234567890"), "x == 123456789012345678901234567890"},
		{json.Number("1e3"), "type(x) is float and x == 1000"},
		{json.Number("-0.0"), "type(x) is float and str(x) == '-0.0'"},
	}
}

func goSequences() []given {
	return []given{
		{[]byte(nil), "type(x) is bytes and x == b''"},
		{[3]byte{1, 2, 3}, "x == bytes([1, 2, 3])"},
		{myBytes("ab"), "x == b'ab'"},
		{[]int(nil), "x == []"},
		{[]int32{1, -1}, "x == [1, -1]"},
		{[]int8{-128, 127}, "x == [-128, 127]"},
		{[]uint16{65535}, "x == [65535]"},
		{[]uint64{1, math.MaxUint64}, "x == [1, 2**64-1]"},
		{[]uint{1, 2}, "x == [1, 2]"},
		{[]float32{0.5, -0.25}, "x == [0.5, -0.25]"},
		{make([]int64, 1000), "x == [0] * 1000"},
		{make([]float64, 1000), "x == [0.0] * 1000"},
		{myFloats{1.5}, "x == [1.5]"},
		{[]bool{true, false}, "x == [True, False] and x[0] is True"},
		{[2]string{"a", "b"}, "type(x) is list and x == ['a', 'b']"},
		{[]myString{"a"}, "x == ['a']"},
		{[][]int{{1}, nil, {2, 3}}, "x == [[1], [], [2, 3]]"},
		{[]any(nil), "x == []"},
		{[]*int{nil, new(5)}, "x == [None, 5]"},
		{[]error{nil}, "x == [None]"},
		{[]complex128{1i}, "x == [1j]"},
		{[]json.Number{"1", "2.5"}, "x == [1, 2.5]"},
		{[]*big.Int{power(64, 0), nil}, "x == [2**64, None]"},
		{snakepit.Tuple(nil), "type(x) is tuple and x == ()"},
		{&snakepit.Tuple{1, "a"}, "x == (1, 'a')"},
	}
}

func goMaps() []given {
	type key struct{ netip.Addr }
	return []given{
		{map[string]int(nil), "x == {}"},
		{map[string]any{"a": 1, "b": nil}, "x == {'a': 1, 'b': None}"},
		{map[int]string{1: "a", -2: "b"}, "x == {1: 'a', -2: 'b'}"},
		{map[bool]float64{true: 1.5}, "x == {True: 1.5}"},
		{map[[2]int]string{{1, 2}: "a"}, "x == {(1, 2): 'a'}"},
		{map[any]any{1: 2, "a": 2.5, [1]int{3}: nil}, "x == {1: 2, 'a': 2.5, (3,): None}"},
		{map[uint64]bool{math.MaxUint64: false}, "x == {2**64-1: False}"},
		{map[netip.Addr]int{netip.MustParseAddr("::1"): 1}, "x == {'::1': 1}"},
		{map[key]int{{netip.MustParseAddr("1.2.3.4")}: 1}, "x == {'1.2.3.4': 1}"},
		{myMap{"a": 1}, "x == {'a': 1}"},
		{map[string][]string{"a": {"b"}}, "x == {'a': ['b']}"},
		{map[string]map[int]any{"a": {1: set{2}}}, "x == {'a': {1: {2}}}"},
		{pairs("b", 1, "a", 2), "list(x.items()) == [('b', 1), ('a', 2)]"},
		{pairs(tuple{1, tuple{2}}, 3), "x == {(1, (2,)): 3}"},
		{pairs(snakepit.FrozenSet{1}, 2), "x == {frozenset({1}): 2}"},
		{pairs(nil, 1, 1.5, 2, []byte("k"), 3), "x == {None: 1, 1.5: 2, b'k': 3}"},
		{set{1, 1, "a"}, "type(x) is set and x == {1, 'a'}"},
		{snakepit.FrozenSet{tuple{1}}, "type(x) is frozenset and x == {(1,)}"},
		{set{[2]int{1, 2}}, "x == {(1, 2)}"},
		{snakepit.Dict(nil), "type(x) is dict and x == {}"},
	}
}

func goSpecial() []given {
	addr := netip.MustParseAddr("10.0.0.1")
	return []given{
		{addr, "x == '10.0.0.1'"},
		{&addr, "x == '10.0.0.1'"},
		{big.NewFloat(1.5), "x == '1.5'"},
		{(*netip.Addr)(nil), "x is None"},
		{myString("s"), "type(x) is str and x == 's'"},
		{new("s"), "x == 's'"},
		{any(nil), "x is None"},
		{[]any{new(any(nil))}, "x == [None]"},
		{snakepit.Decimal("1.50"), "type(x) is Decimal and str(x) == '1.50'"},
		{snakepit.Date{Year: 1, Month: 2, Day: 3}, "type(x) is date and x == date(1, 2, 3)"},
		{[16]byte{15: 1}, "type(x) is bytes"},
	}
}
