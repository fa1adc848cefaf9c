package embed_test

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestCallsShareNoContext makes calls on one OS thread: none sees the contextvars or
// the decimal context that the one before it set.
func TestCallsShareNoContext(t *testing.T) {
	rt := opened(t)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for i := range 5 {
		v, err := rt.Call(ctx0, "probe:set_var", i)
		require.NoError(t, err)
		require.Equal(t, "unset", v)
		v, err = rt.Call(ctx0, "probe:set_precision", 3+i)
		require.NoError(t, err)
		require.Equal(t, int64(28), v)
	}
}
