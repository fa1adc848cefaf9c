package threadprofile_test

import (
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
)

// TestContextsAreFresh checks that no call sees contextvars of another, on the same
// OS thread or on a worker's goroutine.
func TestContextsAreFresh(t *testing.T) {
	rt := open(t, 2)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for i := range 100 {
		v, err := rt.Call(ctx0, "work:set_var", i)
		require.NoError(t, err)
		require.Equal(t, "unset", v)
		v, err = rt.Call(t.Context(), "work:set_var", i) // on the lane of a worker
		require.NoError(t, err)
		require.Equal(t, "unset", v)
	}
}

// TestDecimalContextIsFresh is the same for the context of module decimal.
func TestDecimalContextIsFresh(t *testing.T) {
	rt := open(t, 1)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	require.Equal(t, "0.333", must(rt.Call(ctx0, "work:local_precision", 3)))
	for i := range 10 {
		require.Equal(t, int64(28), must(rt.Call(ctx0, "work:set_precision", 5+i)))
		require.Equal(t, int64(28), must(rt.Call(t.Context(), "work:set_precision", 5+i)))
	}
}

// TestContextAfterAnError sets a variable and then raises.
func TestContextAfterAnError(t *testing.T) {
	rt := open(t, 1)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	_, err := rt.Eval(ctx0, "test", "(__import__('work').var.set(1), 1/0)")
	require.Error(t, err)
	require.Equal(t, "unset", must(rt.Call(ctx0, "work:get_var")))
}

// TestContextInCallbacks checks that a callback's calls see the variables of the
// call they are in, as nested calls of Python do.
func TestContextInCallbacks(t *testing.T) {
	rt := open(t, 4)
	giveHost(t, rt)
	id := register(t, func(snakepit.Tuple, map[string]any) (any, error) { return rt.Call(ctx0, "work:get_var") })
	require.Equal(t, "inner", must(rt.Call(ctx0, "work:with_var", "inner", id)))
	require.Equal(t, "unset", must(rt.Call(ctx0, "work:get_var")))
}

// TestContextsOfManyThreads sets and reads on many threads at once.
func TestContextsOfManyThreads(t *testing.T) {
	rt := open(t, 8)
	var all sync.WaitGroup
	for g := range 16 {
		all.Go(func() {
			for range 200 {
				if v := must(rt.Call(ctx0, "work:set_var", g)); v != "unset" {
					t.Errorf("a call saw %v", v)
					return
				}
			}
		})
	}
	all.Wait()
}
