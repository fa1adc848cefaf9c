package profiletest

import (
	"encoding/json"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
)

// faults checks that what cannot cross is an error that says where it stands.
func (s *suite) faults(t *testing.T) {
	s.exec(t, imports)
	t.Run("FromGo", s.faultsFromGo)
	t.Run("FromPython", s.faultsFromPython)
	t.Run("Depth", s.depth)
	t.Run("CyclesFromGo", s.cyclesFromGo)
	t.Run("CyclesFromPython", s.cyclesFromPython)
	t.Run("NextCallIsClean", func(t *testing.T) { requireSame(t, int64(3), s.call(t, "echo", 3)) })
}

// conversion asserts that err is a ConversionError about path.
func conversion(t *testing.T, err error, path string) *snakepit.ConversionError {
	t.Helper()
	var c *snakepit.ConversionError
	require.ErrorAs(t, err, &c)
	require.Equal(t, path, c.Path, "%v", err)
	require.NotEmpty(t, c.Want)
	require.NotEmpty(t, c.Got)
	return c
}

type stubborn struct{}

func (stubborn) MarshalText() ([]byte, error) { return nil, errors.New("will not") }

func (s *suite) faultsFromGo(t *testing.T) {
	for _, f := range []struct {
		path  string
		value any
	}{
		{`args[0]`, "\xff"},
		{`args[0][1]`, []any{1, "a\xc0"}},
		{`args[0]["a"][0]`, map[string]any{"a": []string{"\xed\xa0\x80"}}},
		{`args[0].Name`, inner{Name: "\xff"}},
		{`args[0][key]`, map[string]int{"\xff": 1}},
		{`args[0][7][0]`, map[int][]string{7: {"\xff"}}},
		{`args[0]`, make(chan<- int)},
		{`args[0]`, func() {}},
		{`args[0][0]`, []any{math.Sqrt}},
		{`args[0].Any`, Record{Any: make(chan<- int)}},
		{`args[0][0]`, set{[]any{}}},
		{`args[0][key]`, pairs([]any{1}, 1)},
		{`args[0][key]`, map[any]int{stubborn{}: 1}},
		{`args[0][0][1]`, set{tuple{1, map[string]int{}}}},
		{`args[0]`, json.Number("12x")},
		{`args[0]`, json.Number("1e999")},
		{`args[0]`, stubborn{}},
		{`args[0]`, time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)},
		{`args[0]`, time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC)},
		{`args[0]`, snakepit.Date{Year: 2023, Month: 2, Day: 29}},
		{`args[0]`, snakepit.TimeOfDay{Hour: 24}},
		{`args[0]`, snakepit.TimeDelta{Seconds: -1}},
	} {
		conversion(t, s.fails(t, "echo", f.value), f.path)
	}
	conversion(t, s.fails(t, "arguments", 1, 2, "\xff"), "args[2]")
	conversion(t, s.fails(t, "arguments", snakepit.Kw{"name": list{"\xff"}}), "name[0]")
	conversion(t, s.fails(t, "arguments", snakepit.Kw{"\xff": 1}), "\xff")
	eleven := append(repeat(1, 11), "\xff")
	conversion(t, s.fails(t, "arguments", eleven...), "args[11]")
}

func (s *suite) faultsFromPython(t *testing.T) {
	for expression, path := range map[string]string{
		`'\ud800'`: `result`, `{'a': [0, 'x\udcff']}`: `result["a"][1]`, `({'\ud83d': 1},)`: `result[0][key]`,
		`{1: '\ud83d'}`: `result[key]`, `{'\ud83d'}`: `result[0]`, `c.Point('\ud83d', 1)`: `result["x"]`,
		`['x' * 70000, 'y' * 70000 + '\udc00']`: `result[1]`,
	} {
		_, err := s.rt.Eval(t.Context(), namespace, expression)
		c := conversion(t, err, path)
		require.Contains(t, c.Want, "surrogate")
		require.Equal(t, "str", c.Got)
	}
}

// depth checks that a value may nest 1000 levels deep, and not one more.
func (s *suite) depth(t *testing.T) {
	deep := any("leaf")
	for range 1000 {
		deep = []any{deep}
	}
	requireSame(t, deep, s.call(t, "nested", 1000))
	requireSame(t, deep, s.call(t, "echo", deep))
	for _, n := range []int{1001, 5000} {
		c := s.tooDeep(t, s.fails(t, "nested", n))
		require.Regexp(t, `^result…?(\[0\])+$`, c.Path)
	}
	for _, v := range []any{[]any{deep}, map[string]any{"a": deep}, tuple{deep}, pairs(1, deep), [1]any{deep}, inner1{deep}} {
		s.tooDeep(t, s.fails(t, "echo", v))
	}
}

type inner1 struct{ V any }

func (s *suite) tooDeep(t *testing.T, err error) *snakepit.ConversionError {
	t.Helper()
	var c *snakepit.ConversionError
	require.ErrorAs(t, err, &c)
	require.Contains(t, err.Error(), "1000 levels")
	return c
}

type ring struct{ Next *ring }

func (s *suite) cyclesFromGo(t *testing.T) {
	m := map[string]any{}
	m["self"] = map[string]any{"again": m}
	l := []any{nil, 1}
	l[0] = l
	r := &ring{&ring{}}
	r.Next.Next = r
	var p any
	p = &p
	for name, v := range map[string]any{"map": m, "slice": l, "struct": r, "pointer": p, "tuple": tuple{l}} {
		t.Run(name, func(t *testing.T) {
			var c *snakepit.ConversionError
			require.ErrorAs(t, s.fails(t, "echo", v), &c)
			require.Equal(t, "a cycle", c.Got)
		})
	}
}

func (s *suite) cyclesFromPython(t *testing.T) {
	for kind, path := range map[string]string{
		"list": "result[0]", "dict": `result["self"]`, "tuple": "result[0][0]", "dataclass": `result["x"][0]`,
	} {
		c := conversion(t, s.fails(t, "cycle", kind), path)
		require.Contains(t, c.Want, "does not contain itself")
	}
	requireSame(t, list{list{int64(1)}, list{int64(1)}}, s.eval(t, "[a := [1], a]")) // twice is no cycle
}
