package profiletest

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
)

func (s *suite) calls(t *testing.T) {
	s.exec(t, imports)
	t.Run("Arguments", s.arguments)
	t.Run("ManyArguments", s.manyArguments)
	t.Run("Targets", s.callTargets)
	t.Run("Namespaces", s.namespaces)
	t.Run("Concurrent", s.concurrent)
}

func (s *suite) arguments(t *testing.T) {
	kw := snakepit.Kw{"b": 2, "é": 3}
	requireSame(t, tuple{tuple{}, dicts{}}, s.call(t, "arguments"))
	requireSame(t, tuple{tuple{int64(1), nil}, dicts{}}, s.call(t, "arguments", 1, nil))
	requireSame(t, tuple{tuple{}, dicts{"b": int64(2), "é": int64(3)}}, s.call(t, "arguments", kw))
	// A Kw may stand anywhere, more than once.
	requireSame(t, tuple{tuple{int64(1), "x"}, dicts{"a": int64(0), "b": int64(2), "é": int64(3)}}, s.call(t, "arguments", 1, kw, "x", snakepit.Kw{"a": 0}))
	requireSame(t, int64(11), s.call(t, "add", 1))
	requireSame(t, "x default", s.call(t, "only_keywords", snakepit.Kw{"a": "x"}))

	pythonError(t, s.fails(t, "add"), "TypeError")
	pythonError(t, s.fails(t, "add", 1, 2, 3), "TypeError")
	pythonError(t, s.fails(t, "add", 1, snakepit.Kw{"nobody": 1}), "TypeError")
	pythonError(t, s.fails(t, "add", 1, snakepit.Kw{"a": 1}), "TypeError")
}

// manyArguments counts over the sizes that a call has room for in advance.
func (s *suite) manyArguments(t *testing.T) {
	for _, n := range []int{14, 15, 16, 17, 63, 64, 65, 300} {
		kw := snakepit.Kw{}
		for i := range n {
			kw[fmt.Sprintf("k%d", i)] = i
		}
		requireSame(t, int64(n), s.call(t, "number", n, kw))
		requireSame(t, tuple{tuple(repeat(int64(1), n)), dicts{}}, s.call(t, "arguments", repeat(1, n)...))
	}
}

func (s *suite) callTargets(t *testing.T) {
	ctx := t.Context()
	v, err := s.rt.Call(ctx, "math:sqrt", 2.25)
	require.NoError(t, err)
	requireSame(t, 1.5, v)
	v, err = s.rt.Call(ctx, "datetime:datetime.fromisoformat", "2024-01-02")
	require.NoError(t, err)
	requireSame(t, snakepit.LocalDateTime{Year: 2024, Month: 1, Day: 2}, v)
	v, err = s.rt.Call(ctx, "os.path:join", "a", "b")
	require.NoError(t, err)
	requireSame(t, "a/b", v)

	_, err = s.rt.Call(ctx, "math")
	require.ErrorContains(t, err, "module:qualname")
	_, err = s.rt.Call(ctx, "no_such_module:f")
	pythonError(t, err, "ModuleNotFoundError")
	_, err = s.rt.Call(ctx, "math:no_such_function")
	require.ErrorContains(t, pythonError(t, err, "AttributeError"), "math:no_such_function")
	_, err = s.rt.Call(ctx, "math:pi")
	require.ErrorContains(t, err, "math:pi")
	_, err = s.rt.Pool("nobody").Call(ctx, "math:sqrt", 1.0)
	require.ErrorIs(t, err, snakepit.ErrPoolNotFound)
}

func (s *suite) namespaces(t *testing.T) {
	ctx := t.Context()
	require.NoError(t, s.rt.Exec(ctx, "one", "a = 1\ndef f(x):\n    return x + a + b", snakepit.Kw{"b": 10}))
	v, err := s.rt.Eval(ctx, "one", " f(c) ", snakepit.Kw{"c": 100}, snakepit.Kw{"b": 20})
	require.NoError(t, err)
	requireSame(t, int64(121), v)
	_, err = s.rt.Eval(ctx, "two", "a")
	require.Equal(t, "name 'a' is not defined", pythonError(t, err, "NameError").Message)
	v, err = s.rt.Eval(ctx, "one", "__name__")
	require.NoError(t, err)
	requireSame(t, "one", v)
	_, err = s.rt.Eval(ctx, "one", "1 +")
	pythonError(t, err, "SyntaxError")
	require.Error(t, s.rt.Exec(ctx, "one", "a ="))
	_, err = s.rt.Eval(ctx, "one", "x = 1")
	pythonError(t, err, "SyntaxError")
}

func (s *suite) concurrent(t *testing.T) {
	s = s.with(t, 4)
	var all sync.WaitGroup
	for g := range 16 {
		all.Go(func() {
			for i := range 200 {
				v, err := s.rt.Call(t.Context(), "conformance:arguments", g, snakepit.Kw{"i": i})
				if want := (tuple{tuple{int64(g)}, dicts{"i": int64(i)}}); err != nil || !Same(want, v) {
					t.Errorf("%v, %v", v, err)
					return
				}
			}
		})
	}
	all.Wait()
}

// pythonError asserts that err is an exception of a type.
func pythonError(t *testing.T, err error, typ string) *snakepit.PythonError {
	t.Helper()
	var e *snakepit.PythonError
	require.ErrorAs(t, err, &e)
	require.Equal(t, typ, e.Type, "%+v", err)
	return e
}
