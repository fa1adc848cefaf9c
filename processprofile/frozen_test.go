package processprofile_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/processprofile"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

// alert notices soon what is wrong with a worker.
var alert = processprofile.Config{Heartbeat: 50 * time.Millisecond, FrozenTimeout: 300 * time.Millisecond}

// TestFrozen stops a worker by a signal.
func TestFrozen(t *testing.T) {
	rt := open(t, alert, snakepit.PoolConfig{Workers: 1})
	old := pids(rt)[0]
	require.EqualValues(t, old, call(t, rt, "pid"))
	_, err := rt.Call(ctx0, "time:sleep", 0.0) // from here on it is known there
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() {
		_, err := rt.Call(ctx0, "time:sleep", 1000.0)
		ended <- err
	}()
	harness.Eventually(t, "the call runs", func() bool { return rt.Stats().Pools[snakepit.DefaultPool].Calls.InUse == 1 })
	kill(t, old, syscall.SIGSTOP)
	lost := crash(t, <-ended)
	require.Equal(t, old, lost.Pid)
	require.Contains(t, lost.How, "stopped by a signal, for more than FrozenTimeout, 300ms")
	require.NotEqual(t, int64(old), call(t, rt, "pid"), "a new process takes over")
}

// TestBusyIsNotFrozen calls C code that keeps the GIL for many heartbeats, and longer than
// a stopped worker would have.
func TestBusyIsNotFrozen(t *testing.T) {
	rt := open(t, alert, snakepit.PoolConfig{Workers: 1})
	old := pids(rt)[0]
	require.EqualValues(t, old, call(t, rt, "hold_gil", 2.5))
	require.Equal(t, []int{old}, pids(rt))
	require.EqualValues(t, old, call(t, rt, "pid"))
}

// TestHang does the same to a worker that may not.
func TestHang(t *testing.T) {
	c := alert
	c.HangTimeout = 500 * time.Millisecond
	rt := open(t, c, snakepit.PoolConfig{Workers: 1})
	call(t, rt, "hold_gil", 0)
	_, err := rt.Call(ctx0, "chaos:hold_gil", 1000)
	lost := crash(t, err)
	require.True(t, lost.Started)
	require.Contains(t, lost.How, "did not answer for more than HangTimeout, 500ms")
	call(t, rt, "pid")
}
