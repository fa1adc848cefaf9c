package profiletest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/tool"
)

// face opens the adapter of the suite that uses all there is.
func (s *suite) face(t *testing.T, workers int) *snakepit.Runtime {
	t.Helper()
	return s.open(t, s.adapter, snakepit.PoolConfig{Workers: workers})
}

// execute runs a tool that must succeed.
func execute(t *testing.T, on executor, name string, args snakepit.Args) any {
	t.Helper()
	v, err := on.Execute(t.Context(), name, args)
	require.NoErrorf(t, err, "%s: %+v", name, err)
	return v
}

// executor is a runtime, a pool or a session.
type executor interface {
	Execute(ctx context.Context, tool string, args snakepit.Args) (any, error)
}

func (s *suite) schemas(t *testing.T) {
	t.Run("Arguments", s.toolArguments)
	t.Run("Validation", s.validation)
	t.Run("Listed", s.listed)
}

func (s *suite) toolArguments(t *testing.T) {
	rt := s.face(t, 1)
	requireExecute(t, rt, int64(3), "add", snakepit.Args{"a": 2})
	requireExecute(t, rt, int64(5), "add_later", snakepit.Args{"a": 2, "b": 3})
	requireExecute(t, rt, 5.0, "distance", snakepit.Args{"to": map[string]any{"x": 3, "y": 4}})
	requireExecute(t, rt, 7.0, "distance", snakepit.Args{"to": struct{ X, Y float64 }{3, 4}, "how": "city"})
	requireExecute(t, rt, []any{"a"}, "listed", snakepit.Args{"items": []string{"a", "b"}, "limit": 1})
	requireExecute(t, rt, dicts{"k": int64(1)}, "anything", snakepit.Args{"k": 1})
	type in struct {
		A int
		B int `py:"b,omitempty"`
	}
	add, err := snakepit.Bind[in, int](rt, "add")
	require.NoError(t, err)
	sum, err := add(t.Context(), in{A: 4})
	require.NoError(t, err)
	require.Equal(t, 5, sum)
	one, err := snakepit.Bind[int, int](rt, "add")
	require.NoError(t, err)
	sum, err = one(t.Context(), 6)
	require.NoError(t, err)
	require.Equal(t, 7, sum)
}

func (s *suite) validation(t *testing.T) {
	rt := s.face(t, 1)
	for _, c := range []struct {
		tool, path, expected string
		args                 snakepit.Args
	}{
		{"add", "b", "integer", snakepit.Args{"a": 1, "b": "x"}},
		{"add", "a", "integer", snakepit.Args{"a": true}},
		{"add", "a", "integer", snakepit.Args{"a": 1.5}},
		{"add", "a", "", snakepit.Args{}},
		{"add", "c", "", snakepit.Args{"a": 1, "c": 2}},
		{"distance", "to", "", snakepit.Args{"to": "x"}},
		{"distance", "how", "", snakepit.Args{"to": map[string]any{"x": 1.0}, "how": "bee"}},
		{"listed", "items[1]", "string", snakepit.Args{"items": []any{"a", 2}}},
		{"add_later", "a", "integer", snakepit.Args{"a": nil, "b": 1}},
	} {
		_, err := rt.Execute(t.Context(), c.tool, c.args)
		var wrong *snakepit.ValidationError
		require.ErrorAs(t, err, &wrong, "%s %v", c.tool, c.args)
		require.Equal(t, c.tool, wrong.Tool)
		require.Contains(t, wrong.Path, c.path)
		require.Contains(t, wrong.Expected, c.expected)
		require.NotEmpty(t, wrong.Got)
		require.True(t, snakepit.SafeToRetry(err), "the tool has not run")
	}
	_, err := snakepit.Bind[struct{ A, Q int }, int](rt, "add")
	var wrong *snakepit.ValidationError
	require.ErrorAs(t, err, &wrong)
	_, err = snakepit.Bind[struct{ A string }, int](rt, "add")
	require.ErrorAs(t, err, &wrong)
}

func (s *suite) listed(t *testing.T) {
	rt := s.face(t, 1)
	byName := map[string]tool.Spec{}
	for _, spec := range rt.Tools() {
		byName[spec.Name] = spec
	}
	require.Contains(t, byName, "add")
	require.NotContains(t, byName, "initialize")
	require.Contains(t, string(byName["add"].Schema), `"integer"`)
	require.Equal(t, "How far from the middle", byName["distance"].Description)
	require.Contains(t, string(byName["distance"].Schema), "crow")
	require.True(t, byName["numbers"].Streams)
	require.True(t, byName["anything"].Open)
	require.Equal(t, []string{"a", "b"}, []string{byName["add"].Params[0].Name, byName["add"].Params[1].Name})
	require.True(t, byName["add"].Params[0].Required)
	require.False(t, byName["add"].Params[1].Required)
	require.Equal(t, snakepit.DefaultPool, byName["add"].Pool)
}
