package interp_test

import (
	"context"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/embed"
	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/interp"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

func TestResolve(t *testing.T) {
	p := start(t)
	v, err := run(t, resolve(t, p, "math:sqrt"), 2.25)
	require.NoError(t, err)
	require.Equal(t, 1.5, v)
	for target, want := range map[string]string{
		"no_such_module:f": "ModuleNotFoundError", "math:nothing": "no 'nothing'", "math:pi": "read it with Eval",
	} {
		_, err := interp.Resolve(context.Background(), p, target, interp.Names{})
		require.ErrorContains(t, err, want)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = interp.Resolve(ctx, p, "math:floor", interp.Names{})
	require.ErrorIs(t, err, context.Canceled)
}

func TestMethodsAndAttributes(t *testing.T) {
	p := start(t)
	made, err := run(t, resolve(t, p, "interpwork:Tracked"))
	require.NoError(t, err)
	o := made.(*interp.Object)
	defer o.Release()
	add, err := interp.Method("add")
	require.NoError(t, err)
	v, err := run(t, add, o, 41)
	require.NoError(t, err)
	require.Equal(t, int64(42), v)
	label, err := interp.Attribute("label")
	require.NoError(t, err)
	v, err = run(t, label, o)
	require.NoError(t, err)
	require.Equal(t, "tracked", v)
	missing, err := interp.Attribute("missing")
	require.NoError(t, err)
	_, err = run(t, missing, o)
	var e *value.PythonError
	require.ErrorAs(t, err, &e)
	require.Equal(t, "AttributeError", e.Type)
	v, err = run(t, resolve(t, p, "interpwork:same"), o, o)
	require.NoError(t, err)
	require.Equal(t, true, v)
}

// TestObjectEnds covers the ways an object ends: released, released while lent,
// forgotten.
func TestObjectEnds(t *testing.T) {
	p := start(t)
	tracked, alive := resolve(t, p, "interpwork:Tracked"), resolve(t, p, "interpwork:alive")
	make := func() *interp.Object {
		v, err := run(t, tracked)
		require.NoError(t, err)
		return v.(*interp.Object)
	}
	count := func() any {
		n, err := run(t, alive)
		require.NoError(t, err)
		return n
	}
	live := interp.LiveObjects()

	o := make()
	o.Release()
	o.Release()
	require.Equal(t, int64(0), count())
	_, err := o.Lend()
	require.ErrorIs(t, err, profile.ErrReleased)

	o = make()
	_, err = o.Lend()
	require.NoError(t, err)
	o.Release()
	require.Equal(t, int64(1), count(), "a call still uses it")
	o.Return()
	require.Equal(t, int64(0), count())

	make()
	harness.Eventually(t, "the forgotten object is gone", func() bool { runtime.GC(); return count() == int64(0) })
	require.Equal(t, live, interp.LiveObjects())
}

// TestObjectHammer lends, returns and releases one object from many goroutines.
func TestObjectHammer(t *testing.T) {
	p := start(t)
	tracked, alive := resolve(t, p, "interpwork:Tracked"), resolve(t, p, "interpwork:alive")
	for range 50 {
		v, err := run(t, tracked)
		require.NoError(t, err)
		o := v.(*interp.Object)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for range 20 {
					if _, err := o.Lend(); err != nil {
						break
					}
					o.Return()
				}
				o.Release()
			})
		}
		all.Wait()
		n, err := run(t, alive)
		require.NoError(t, err)
		require.Equal(t, int64(0), n)
	}
}

func TestNamespaces(t *testing.T) {
	p := start(t)
	a, err := interp.NewNamespace(p, "a")
	require.NoError(t, err)
	exec, err := a.Exec()
	require.NoError(t, err)
	eval, err := a.Eval()
	require.NoError(t, err)
	_, err = run(t, exec, "def f(x): return x * k", map[string]any{"k": 2})
	require.NoError(t, err)
	v, err := run(t, eval, "f(21)", map[string]any{})
	require.NoError(t, err)
	require.Equal(t, int64(42), v)
	a.Release()
	v, err = run(t, eval, "f(1)", map[string]any{"k": 3})
	require.NoError(t, err, "a Func keeps its namespace")
	require.Equal(t, int64(3), v)
	exec.Release()
	eval.Release()
}

// TestRegistered calls Go from Python, and Python from there.
func TestRegistered(t *testing.T) {
	p := start(t)
	add := resolve(t, p, "operator:add")
	id := embed.Register(embed.Values(func(_ uint64, v []any) (any, error) { return run(t, add, v...) }))
	defer embed.Unregister(id)
	invoke, err := interp.Helper(p, "invoke")
	require.NoError(t, err)
	defer invoke.Release()
	v, err := run(t, invoke, embed.Ref(p.Host()), id, 40, 2)
	require.NoError(t, err)
	require.Equal(t, int64(42), v)
}
