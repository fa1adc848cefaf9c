package profiletest

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
)

type (
	list  = []any
	tuple = snakepit.Tuple
	dict  = snakepit.Dict
	dicts = map[string]any
	set   = snakepit.Set
)

func repeat(v any, n int) (l list) {
	for range n {
		l = append(l, v)
	}
	return l
}

func containers() []row {
	frozen := snakepit.FrozenSet{int64(1)}
	return []row{
		{"[]", list{}, false},
		{"[1, [2, [3, []]]]", list{int64(1), list{int64(2), list{int64(3), list{}}}}, false},
		{"()", tuple{}, false},
		{"(1,)", tuple{int64(1)}, false},
		{"(1, ('a', None))", tuple{int64(1), tuple{"a", nil}}, false},
		// Lists of numbers cross packed, unless something in them does not fit.
		{"[0.5] * 20", repeat(0.5, 20), false},
		{"[7] * 20", repeat(int64(7), 20), false},
		{"[0.5] * 20 + [1]", append(repeat(0.5, 20), int64(1)), false},
		{"[1] * 20 + [0.5]", append(repeat(int64(1), 20), 0.5), false},
		{"[1] * 20 + [2**63]", append(repeat(int64(1), 20), power(63, 0)), false},
		{"[True] * 20", repeat(true, 20), false},
		{"[1] * 20 + [True]", append(repeat(int64(1), 20), true), false},
		{"[2**70] * 9", repeat(power(70, 0), 9), false},
		{"[math.nan, -0.0] * 10", alternate(math.NaN(), math.Copysign(0, -1), 10), false},
		{"[0.5] * 20 + [c.MyFloat(1.5)]", append(repeat(0.5, 20), 1.5), true},
		{"{}", dicts{}, false},
		{"{'': 1, 'b\\0': {'c': []}}", dicts{"": int64(1), "b\x00": dicts{"c": list{}}}, false},
		{"{1: 2}", pairs(int64(1), int64(2)), false},
		{"{'b': 1, 'a': 2, 3: 3}", pairs("b", int64(1), "a", int64(2), int64(3), int64(3)), false},
		{"{(1, 2): 3, None: 4, True: 5, 2.5: 6, b'k': 7}", pairs(tuple{int64(1), int64(2)}, int64(3), nil, int64(4), true, int64(5), 2.5, int64(6), []byte("k"), int64(7)), false},
		{"{frozenset({1}): {2: 3}}", pairs(frozen, pairs(int64(2), int64(3))), false},
		{"{dt.date(2024, 2, 29): 1, decimal.Decimal('1'): 2}", pairs(snakepit.Date{Year: 2024, Month: 2, Day: 29}, int64(1), snakepit.Decimal("1"), int64(2)), false},
		{"set()", set{}, false},
		{"{1, 'a', (2, 3)}", set{int64(1), "a", tuple{int64(2), int64(3)}}, false},
		{"set(range(20))", rangeSet(20), false},
		{"frozenset()", snakepit.FrozenSet{}, false},
		{"frozenset({frozenset({1}), 2})", snakepit.FrozenSet{frozen, int64(2)}, false},
		{"[{(): {1}}, frozenset()]", list{pairs(tuple{}, set{int64(1)}), snakepit.FrozenSet{}}, false},
	}
}

func alternate(a, b any, n int) (l list) {
	for range n {
		l = append(l, a, b)
	}
	return l
}

func rangeSet(n int64) (s set) {
	for i := range n {
		s = append(s, i)
	}
	return s
}

// classes are values of classes that stand for plain ones.
func classes() []row {
	point := func(x, y any) dicts { return dicts{"x": x, "y": y} }
	return []row{
		{"c.Point(1.5, 2)", point(1.5, int64(2)), true},
		{"c.Line(c.Point(1, 2), c.Point(3, [4]))", dicts{"a": point(int64(1), int64(2)), "b": point(int64(3), list{int64(4)}), "label": "line"}, true},
		{"c.Color.RED", int64(1), true},
		{"c.Color.BIG", power(70, 0), true},
		{"c.Word.HELLO", "hello", true},
		{"c.Bits.A | c.Bits.B", int64(3), true},
		{"c.Pair(1, 'b')", tuple{int64(1), "b"}, true},
		{"c.MyStr('s')", "s", true},
		{"c.MyInt(5)", int64(5), true},
		{"c.MyFloat(-0.0)", math.Copysign(0, -1), true},
		{"c.MyBytes(b'b')", []byte("b"), true},
		{"c.MyList([1])", list{int64(1)}, true},
		{"c.MyDict(a=1)", dicts{"a": int64(1)}, true},
		{"collections.OrderedDict(b=1, a=2)", dicts{"b": int64(1), "a": int64(2)}, true},
		{"collections.Counter('aa')", dicts{"a": int64(2)}, true},
		{"collections.defaultdict(list, {1: []})", pairs(int64(1), list{}), true},
		{"sys.float_info[:1]", tuple{math.MaxFloat64}, true},
		{"dict.fromkeys([c.Word.HELLO])", dicts{"hello": nil}, true},
		{"[c.Color.RED] * 20", repeat(int64(1), 20), true},
	}
}

// large are values that do not fit into what a call has ready, and are lent.
func (s *suite) large(t *testing.T) {
	const size = 1 << 20
	text := strings.Repeat("snake🐍", size/9)
	for name, v := range map[string]any{
		"ascii": strings.Repeat("x", size), "text": text, "bytes": []byte(strings.Repeat("b\x00", size/2)),
		"just lent": strings.Repeat("é", 32<<10), "floats": repeat(0.5, 100_000), "ints": repeat(int64(math.MinInt64), 100_000),
		"mixed": append(repeat("item", 100_000), text, []byte(text)), "set": rangeSet(1000),
		"dict": dicts{text: text, "b": list{text, dicts{"c": text}}}, "key": pairs([]byte(text), text),
	} {
		t.Run(name, func(t *testing.T) { requireSame(t, v, s.call(t, "echo", v)) })
	}
	require.Equal(t, true, s.call(t, "holds", "x == '"+strings.Repeat("y", 5000)+"'", strings.Repeat("y", 5000)))
	require.EqualValues(t, size, s.eval(t, "len(x)", snakepit.Kw{"x": strings.Repeat("é", size)}))
}

// pairs makes a Dict of keys and values in turn.
func pairs(keysAndValues ...any) (d dict) {
	for i := 0; i < len(keysAndValues); i += 2 {
		d = append(d, snakepit.Item{Key: keysAndValues[i], Value: keysAndValues[i+1]})
	}
	return d
}
