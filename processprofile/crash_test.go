package processprofile_test

import (
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/processprofile"
)

// TestCrashes ends workers in the ways that processes end, and reads the errors.
func TestCrashes(t *testing.T) {
	rt := open(t, processprofile.Config{}, snakepit.PoolConfig{Workers: 1})
	for _, c := range []struct {
		function     string
		args         []any
		how          string
		code, signal int
		stack        string
		output       string
	}{
		{"leave", []any{3}, "exited with status 3", 3, 0, "", "about to leave"},
		{"leave", []any{0}, "exited with status 0", 0, 0, "", "about to leave"},
		{"segfault", nil, "signal 11", -1, 11, "in segfault", "Segmentation fault"},
		{"abort", nil, "signal 6", -1, 6, "in abort", "Aborted"},
		{"raise_signal", []any{int(syscall.SIGKILL)}, "signal 9", -1, 9, "", ""},
		{"raise_signal", []any{int(syscall.SIGTERM)}, "signal 15", -1, 15, "", ""},
	} {
		t.Run(c.function+" "+c.how, func(t *testing.T) {
			pid := call(t, rt, "pid")
			_, err := rt.Call(ctx0, "chaos:"+c.function, c.args...)
			lost := crash(t, err)
			assert.Contains(t, lost.How, c.how)
			assert.Equal(t, c.code, lost.Code)
			assert.Equal(t, c.signal, lost.Signal)
			assert.Contains(t, lost.Stack, c.stack)
			assert.Contains(t, lost.Output, c.output)
			assert.True(t, lost.Started)
			assert.EqualValues(t, pid, lost.Pid)
			assert.Equal(t, snakepit.DefaultPool, lost.Pool)
			assert.False(t, snakepit.SafeToRetry(err))
			assert.Contains(t, err.Error(), "snakepit.Idempotent()")
			require.NotEqual(t, pid, call(t, rt, "pid"), "a new process takes over")
		})
	}
}

// TestMemoryLimit lets Python run into a limit of its own, which it survives.
func TestMemoryLimit(t *testing.T) {
	rt := open(t, processprofile.Config{}, snakepit.PoolConfig{Workers: 1})
	_, err := rt.Call(ctx0, "chaos:exhaust")
	var e *snakepit.PythonError
	require.ErrorAs(t, err, &e)
	require.Equal(t, "MemoryError", e.Type)
}
