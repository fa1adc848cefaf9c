package profiletest

import (
	"context"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
)

func (s *suite) bind(t *testing.T) {
	t.Run("Scalars", s.bindScalars)
	t.Run("Slices", s.bindSlices)
	t.Run("Structs", s.bindStructs)
	t.Run("Fields", s.bindFields)
	t.Run("Misfits", s.misfits)
	t.Run("Errors", s.bindErrors)
	t.Run("As", s.as)
}

// echoes binds echo with both types and passes values through it, with and without
// a context that can be cancelled.
func echoes[T any](t *testing.T, s *suite, values ...T) {
	t.Helper()
	echo, err := snakepit.Bind[T, T](s.rt, "conformance:echo")
	require.NoError(t, err)
	for _, ctx := range []context.Context{context.Background(), t.Context()} {
		for _, v := range values {
			got, err := echo(ctx, v)
			require.NoError(t, err)
			requireSame(t, v, got)
		}
	}
}

func (s *suite) bindScalars(t *testing.T) {
	echoes(t, s, 0, -1, math.MaxInt, math.MinInt)
	echoes[int8](t, s, -128, 127)
	echoes[uint64](t, s, 0, 1<<63, math.MaxUint64)
	echoes(t, s, 0.0, math.Copysign(0, -1), math.NaN(), math.Inf(1), 0.1)
	echoes[float32](t, s, 0.1, math.MaxFloat32)
	echoes(t, s, 1+2i)
	echoes(t, s, true, false)
	echoes(t, s, "", "a\x00🐍", strings.Repeat("é", 100_000))
	echoes(t, s, []byte{}, []byte("\x00\xff"), []byte(strings.Repeat("b", 1<<20)))
	echoes(t, s, power(1000, 0), power(3, 0))
	echoes(t, s, time.Second, -time.Microsecond)
	echoes(t, s, time.Date(2024, 1, 2, 3, 4, 5, 6000, time.UTC))
	echoes[any](t, s, nil, int64(1), "a", list{int64(1), nil})
	echoes[myInt](t, s, 5)
	echoes[myString](t, s, "named")
	echoes(t, s, snakepit.Decimal("1.10"))
}

func (s *suite) bindSlices(t *testing.T) {
	echoes(t, s, []float64{}, []float64{0.5}, make([]float64, 10_000))
	echoes(t, s, []int{1, 2}, make([]int, 10_000))
	echoes(t, s, []int32{1, -1}, make([]int32, 1000))
	echoes(t, s, []uint64{math.MaxUint64, 1})
	echoes(t, s, []string{"", "b"}, make([]string, 100))
	echoes(t, s, [][]byte{{}, {1}})
	echoes(t, s, [3]float64{1, 2, 3})
	echoes(t, s, [2][2]int{{1, 2}, {3, 4}})
	echoes(t, s, map[string]int{}, map[string]int{"a": 1})
	echoes(t, s, map[int][]string{1: {"a"}, 2: {}})
	echoes(t, s, tuple{int64(1), "a"})
	echoes(t, s, pairs(int64(1), nil, "a", true))
	echoes(t, s, []inner{{1, "a"}, {2, "b"}})
}

// bindStructs passes a struct as keyword arguments, and fills one from a mapping.
func (s *suite) bindStructs(t *testing.T) {
	type in struct {
		A int
		B int `py:"b,omitempty"`
	}
	add, err := snakepit.Bind[in, int](s.rt, "conformance:add")
	require.NoError(t, err)
	for given, want := range map[in]int{{A: 1}: 11, {A: 1, B: 2}: 3} {
		got, err := add(t.Context(), given)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	record, err := snakepit.Bind[Record, Record](s.rt, "builtins:dict")
	require.NoError(t, err)
	want := Record{base: base{ID: 1}, Label: "l", List: []inner{{1, "x"}}, Map: map[string]inner{}, Any: "any", Maybe: new(5)}
	got, err := record(t.Context(), want)
	require.NoError(t, err)
	require.Equal(t, want, got)

	nothing, err := snakepit.Bind[struct{}, struct{}](s.rt, "conformance:arguments")
	require.NoError(t, err)
	_, err = nothing(t.Context(), struct{}{})
	require.NoError(t, err)
	pointer, err := snakepit.Bind[*inner, map[string]any](s.rt, "conformance:echo") // a pointer is one argument
	require.NoError(t, err)
	m, err := pointer(t.Context(), &inner{3, "p"})
	require.NoError(t, err)
	requireSame(t, dicts{"depth": int64(3), "label": "p"}, m)
}

type wide struct {
	A  string
	B  *int
	C  float64 `py:"c,omitempty"`
	D  []byte
	E  inner
	F2 int `py:"f"`
}

// bindFields fills structs from what are mappings, with more keys or fewer.
func (s *suite) bindFields(t *testing.T) {
	from, err := snakepit.Bind[string, wide](s.rt, "conformance:evaluate")
	require.NoError(t, err)
	const needed = "'a': 'x', 'd': b'y', 'e': {'depth': 1, 'label': 'z'}, 'f': 7"
	want := wide{A: "x", D: []byte("y"), E: inner{1, "z"}, F2: 7}
	for _, source := range []string{"{" + needed + "}", "{" + needed + ", 'more': object, 3: 4}", "__import__('collections').OrderedDict({" + needed + "})"} {
		got, err := from(t.Context(), source)
		require.NoError(t, err, source)
		require.Equal(t, want, got)
	}
	_, err = from(t.Context(), "{'a': 'x'}")
	require.ErrorContains(t, err, `"d"`)
	conversion(t, errOf(from(t.Context(), "{"+strings.Replace(needed, "1", "'one'", 1)+"}")), "result.e.depth")
	conversion(t, errOf(from(t.Context(), "7")), "result")
	point, err := snakepit.Bind[tuple, struct{ X, Y float64 }](s.rt, "conformance:point")
	require.NoError(t, err)
	got, err := point(t.Context(), tuple{1, 2.5})
	require.NoError(t, err)
	require.Equal(t, struct{ X, Y float64 }{1, 2.5}, got)
}

func errOf[T any](_ T, err error) error { return err }

// misfit evaluates an expression to a T that it cannot be.
func misfit[T any](t *testing.T, s *suite, path string, expressions ...string) {
	t.Helper()
	eval, err := snakepit.Bind[string, T](s.rt, "conformance:evaluate")
	require.NoError(t, err)
	for _, e := range expressions {
		v, err := eval(t.Context(), e)
		require.Error(t, err, "%s became %v", e, v)
		conversion(t, err, path)
	}
}

func (s *suite) misfits(t *testing.T) {
	misfit[int](t, s, "result", "None", "1.0", "True", "'1'", "2**63", "-2**63-1", "[1]", "object()", "{}")
	misfit[int8](t, s, "result", "128", "-129", "2**64")
	misfit[uint](t, s, "result", "-1", "2**64")
	misfit[float64](t, s, "result", "None", "'1'", "True", "2**53+1", "10**400")
	misfit[bool](t, s, "result", "1", "None")
	misfit[string](t, s, "result", "b'a'", "None", "1")
	misfit[[]byte](t, s, "result", "'a'", "None", "[1]")
	misfit[[]int](t, s, "result[1]", "[1, 'a']", "(1, None)")
	misfit[[]int](t, s, "result[8]", "[1]*8+[0.5]", "[1]*8+[2**63]")
	misfit[[2]int](t, s, "result", "[1]", "[1, 2, 3]", "{1, 2}")
	misfit[map[string]int](t, s, "result[\"a\"]", "{'a': None}")
	misfit[map[string]int](t, s, "result[key]", "{1: 1}")
	misfit[time.Duration](t, s, "result", "__import__('datetime').timedelta.max", "5")
	misfit[time.Time](t, s, "result", "__import__('datetime').datetime(2024,1,1)")
}

func (s *suite) bindErrors(t *testing.T) {
	_, err := snakepit.Bind[int, int](s.rt, "no_such_module:f")
	pythonError(t, err, "ModuleNotFoundError")
	_, err = snakepit.Bind[int, int](s.rt, "math:pi")
	require.ErrorContains(t, err, "math:pi")
	_, err = snakepit.Bind[int, int](s.rt, "no_tool")
	require.ErrorIs(t, err, snakepit.ErrToolNotFound)
	for _, err := range []error{
		errOf(snakepit.Bind[chan<- int, int](s.rt, "math:sqrt")), errOf(snakepit.Bind[int, func()](s.rt, "math:sqrt")),
		errOf(snakepit.Bind[struct{ A chan<- int }, int](s.rt, "math:sqrt")),
	} {
		var c *snakepit.ConversionError
		require.ErrorAs(t, err, &c)
	}
	fail, err := snakepit.Bind[string, int](s.rt, "failing:plain")
	require.NoError(t, err)
	require.Equal(t, "oops", pythonError(t, errOf(fail(t.Context(), "oops")), "ValueError").Message)
	conversion(t, errOf(fail(t.Context(), "\xff")), "argument")
	_, err = snakepit.Bind[int, int](s.rt.Pool("nobody"), "math:sqrt")
	require.ErrorIs(t, err, snakepit.ErrPoolNotFound)
}

func (s *suite) as(t *testing.T) {
	v := s.call(t, "echo", dicts{"depth": 3, "label": "x"})
	got, err := snakepit.As[inner](v)
	require.NoError(t, err)
	require.Equal(t, inner{3, "x"}, got)
	floats, err := snakepit.As[[]float32](s.call(t, "echo", repeat(0.5, 20)))
	require.NoError(t, err)
	require.Len(t, floats, 20)
	conversion(t, errOf(snakepit.As[[]int](s.call(t, "echo", list{1, "a"}))), "value[1]")
}
