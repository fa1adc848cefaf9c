package processprofile_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/processprofile"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

// TestRecycling replaces workers that have done enough, under load. No call notices, and
// the pool has as many workers as it should at each moment.
func TestRecycling(t *testing.T) {
	for name, c := range map[string]processprofile.Config{
		"calls":  {MaxCalls: 40},
		"age":    {MaxAge: 400 * time.Millisecond},
		"memory": {MaxMemory: 192 << 20},
	} {
		t.Run(name, func(t *testing.T) {
			c.Heartbeat = 20 * time.Millisecond
			rt := open(t, c, snakepit.PoolConfig{Workers: 2})
			first := pids(rt)
			grow := 0
			if name == "memory" {
				grow = 1
			}
			ended := work(t, rt, grow, func() bool {
				now := stats(rt)
				if len(now.Python.Pids) != 2 || now.Calls.Down != 0 || now.Calls.Slots != 2 {
					t.Errorf("the pool is short: %+v", now)
				}
				return now.Python.Recycled >= 4 && !contains(now.Python.Pids, first[0]) && !contains(now.Python.Pids, first[1])
			})
			t.Logf("%d calls, %d workers replaced", ended, stats(rt).Python.Recycled)
			require.Zero(t, stats(rt).Python.Restarts)
			harness.Eventually(t, "the old processes end", func() bool {
				return !find(first[0]).alive() && !find(first[1]).alive()
			})
		})
	}
}

// work keeps four callers busy until done, who want no errors. Each call makes its worker
// grow by so many MiB.
func work(t *testing.T, rt *snakepit.Runtime, grow int, done func() bool) int64 {
	var stop atomic.Bool
	var ended atomic.Int64
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for !stop.Load() {
				if _, err := rt.Call(ctx0, "chaos:grow", grow); err != nil {
					t.Errorf("%+v", err)
				}
				ended.Add(1)
			}
		})
	}
	defer func() {
		stop.Store(true)
		all.Wait()
	}()
	harness.Eventually(t, "workers are replaced", done)
	return ended.Load()
}

// TestRecycledSession has a session that wants its worker and no other.
func TestRecycledSession(t *testing.T) {
	rt := open(t, processprofile.Config{MaxCalls: 3, Heartbeat: 20 * time.Millisecond},
		snakepit.PoolConfig{Workers: 1, Affinity: snakepit.AffinityStrictQueue})
	old := pids(rt)[0]
	s := rt.Session("bound")
	v, err := snakepit.Bind[struct{}, int](s, "chaos:pid")
	require.NoError(t, err)
	pid, err := v(ctx0, struct{}{})
	require.NoError(t, err)
	require.Equal(t, old, pid)
	for range 3 {
		call(t, rt, "pid")
	}
	replaced(t, rt, old)
	_, err = v(ctx0, struct{}{})
	require.ErrorIs(t, err, snakepit.ErrSessionWorkerUnavailable)
	require.True(t, snakepit.SafeToRetry(err))
	call(t, rt, "pid")
}

// TestLongCallOutlivesItsWorkersTime ends a call on a worker that was replaced meanwhile.
func TestLongCallOutlivesItsWorkersTime(t *testing.T) {
	rt := open(t, processprofile.Config{MaxAge: 200 * time.Millisecond, Heartbeat: 20 * time.Millisecond}, snakepit.PoolConfig{Workers: 1})
	old := pids(rt)[0]
	require.EqualValues(t, old, call(t, rt, "nap", 1))
	require.NotContains(t, pids(rt), old)
}

// TestOverdueCall is ended with its worker, when that has waited long enough for it.
func TestOverdueCall(t *testing.T) {
	rt := open(t, processprofile.Config{
		MaxAge: 200 * time.Millisecond, Heartbeat: 20 * time.Millisecond, DrainTimeout: 300 * time.Millisecond,
	}, snakepit.PoolConfig{Workers: 1})
	call(t, rt, "nap", 0)
	_, err := rt.Call(ctx0, "chaos:nap", 1000)
	require.Contains(t, crash(t, err).How, "its calls did not end within DrainTimeout")
}
