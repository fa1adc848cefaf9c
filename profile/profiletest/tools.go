package profiletest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
)

func (s *suite) tools(t *testing.T) {
	t.Run("Class", s.toolsOfClass)
	t.Run("Module", s.toolsOfModule)
	t.Run("None", s.noTools)
	t.Run("Bind", s.bindTool)
	t.Run("Broken", s.brokenAdapters)
}

// requireExecute runs a tool of rt's adapter and compares its result.
func requireExecute(t *testing.T, rt *snakepit.Runtime, want any, tool string, args snakepit.Args) {
	t.Helper()
	v, err := rt.Execute(t.Context(), tool, args)
	require.NoErrorf(t, err, "%+v", err)
	requireSame(t, want, v)
}

func requireNoTool(t *testing.T, rt *snakepit.Runtime, names ...string) {
	t.Helper()
	for _, name := range names {
		_, err := rt.Execute(t.Context(), name, nil)
		require.ErrorIs(t, err, snakepit.ErrToolNotFound, name)
		require.True(t, snakepit.SafeToRetry(err))
		require.ErrorContains(t, err, name)
	}
}

func (s *suite) toolsOfClass(t *testing.T) {
	rt := s.open(t, "tools_class:Adapter", snakepit.PoolConfig{Workers: 1})
	requireExecute(t, rt, int64(1), "bump", nil)
	requireExecute(t, rt, int64(6), "bump", snakepit.Args{"by": 5}) // the instance keeps its state
	requireExecute(t, rt, dicts{"a": int64(1), "b": nil}, "echo", snakepit.Args{"a": 1, "b": nil})
	requireExecute(t, rt, int64(-2), "static", snakepit.Args{"a": 2})
	requireExecute(t, rt, "Adapter", "kind", nil)
	requireNoTool(t, rt, "absent", "_private", "__init__", "value", "count", "")
	_, err := rt.Execute(t.Context(), "static", snakepit.Args{"b": 2})
	var wrong *snakepit.ValidationError
	require.ErrorAs(t, err, &wrong)
	_, err = rt.Execute(t.Context(), "echo", snakepit.Args{"a": "\xff"})
	conversion(t, err, "a")
}

func (s *suite) toolsOfModule(t *testing.T) {
	rt := s.open(t, "tools_module", snakepit.PoolConfig{Workers: 1})
	first, err := rt.Execute(t.Context(), "bump", nil) // a profile may share the module
	require.NoError(t, err)
	requireExecute(t, rt, first.(int64)+2, "bump", snakepit.Args{"by": 2})
	requireExecute(t, rt, "HI!HI!", "shout", snakepit.Args{"text": "hi", "times": 2})
	requireNoTool(t, rt, "absent", "_private", "not_callable", "join", "json") // imports are not the adapter's
	_, err = rt.Execute(t.Context(), "fail", nil)
	e := pythonError(t, err, "LookupError")
	require.Equal(t, "fail", e.Traceback[len(e.Traceback)-1].Function)
}

func (s *suite) noTools(t *testing.T) {
	requireNoTool(t, s.rt, "anything")
}

func (s *suite) bindTool(t *testing.T) {
	rt := s.open(t, "tools_class:Adapter", snakepit.PoolConfig{Workers: 1})
	type by struct{ By int }
	bump, err := snakepit.Bind[by, int](rt, "bump")
	require.NoError(t, err)
	for want := 2; want <= 6; want += 2 {
		got, err := bump(t.Context(), by{2})
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	_, err = snakepit.Bind[by, int](rt, "absent")
	require.ErrorIs(t, err, snakepit.ErrToolNotFound)
}

func (s *suite) brokenAdapters(t *testing.T) {
	for adapter, want := range map[string]string{
		"tools_class:Broken": "this adapter does not start", "tools_class:Absent": "Absent",
		"no_such_adapter": "no_such_adapter", "no_such_adapter:Class": "no_such_adapter", ":Class": "", "module:": "",
	} {
		rt, err := s.tryOpen(adapter, snakepit.PoolConfig{Workers: 2})
		if err == nil {
			_ = rt.Close()
		}
		require.ErrorContains(t, err, want, adapter)
	}
	// What failed left nothing behind that keeps another from opening.
	requireExecute(t, s.open(t, "tools_class:Adapter", snakepit.PoolConfig{}), "Adapter", "kind", nil)
}
