package processprofile_test

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/processprofile"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

// TestCancelHammer cancels half of all calls at random moments, on children that run two
// calls at once. No other call may notice.
func TestCancelHammer(t *testing.T) {
	calls := int64(times(3_000, 500, 100_000))
	if n, err := strconv.ParseInt(os.Getenv("SNAKEPIT_CANCEL_CALLS"), 10, 64); err == nil {
		calls = n
	}
	rt := open(t, processprofile.Config{Threads: 2}, snakepit.PoolConfig{Workers: 2, NoShedding: true})
	turns, err := snakepit.Bind[int, int](rt, "chaos:turns")
	require.NoError(t, err)
	h := &cancelHammer{turns: turns}
	h.left.Store(calls)
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() {
			for h.left.Add(-1) >= 0 && !t.Failed() {
				h.call(t)
			}
		})
	}
	all.Wait()
	harness.Eventually(t, "all workers are back", func() bool { return stats(rt).Calls.InUse == 0 })
	t.Logf("%d cancelled, %d ended in time, %d left alone", h.cancelled.Load(), h.inTime.Load(), h.alone.Load())
	require.Zero(t, stats(rt).Python.Restarts)
	require.Equal(t, []any{int64(0), int64(0), int64(0)}, call(t, rt, "cancelled_cases"))
}

type cancelHammer struct {
	turns                          func(context.Context, int) (int, error)
	left, cancelled, inTime, alone atomic.Int64
}

func (h *cancelHammer) call(t *testing.T) {
	n := rand.IntN(20_000)
	if rand.IntN(2) == 0 {
		got, err := h.turns(ctx0, n)
		assert.NoErrorf(t, err, "%+v", err)
		assert.Equal(t, n, got)
		h.alone.Add(1)
		return
	}
	ctx, cancel := context.WithTimeout(ctx0, time.Duration(rand.IntN(3000))*time.Microsecond)
	defer cancel()
	_, err := h.turns(ctx, n)
	var c *snakepit.CancelError
	if err == nil {
		h.inTime.Add(1)
	} else if assert.ErrorAsf(t, err, &c, "%+v", err) {
		h.cancelled.Add(1)
	}
}

// TestStuckChildIsKilled has a call not end that holds the GIL: the other call of its child
// is told why it ends, and where the culprit was is known.
func TestStuckChildIsKilled(t *testing.T) {
	rt := open(t, processprofile.Config{Threads: 2}, snakepit.PoolConfig{Workers: 2, CancelGrace: 200 * time.Millisecond})
	before := pids(rt)
	other := make(chan error, 1)
	go func() {
		_, err := rt.Call(ctx0, "chaos:nap", 60)
		other <- err
	}()
	harness.Eventually(t, "one call runs", func() bool { return stats(rt).Calls.InUse == 1 })
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	ctx, cancel := context.WithCancel(ctx0)
	defer cancel()
	culprit := make(chan error, 1)
	go func() {
		_, err := rt.Call(ctx, "chaos:cannot_end", file, 60)
		culprit <- err
	}()
	harness.Eventually(t, "the other one runs, too", func() bool {
		text, _ := os.ReadFile(file)
		return len(text) > 0
	})
	cancel()
	var c *snakepit.CancelError
	require.ErrorAs(t, <-culprit, &c)
	lost := crash(t, <-other)
	assert.Contains(t, lost.How, "the call of chaos:cannot_end did not end within CancelGrace, 200ms, after it was cancelled")
	assert.Contains(t, lost.Error(), "CancelGrace")
	last := stats(rt).Python.LastStuck
	require.NotNil(t, last)
	assert.Equal(t, "chaos:cannot_end", last.Target)
	assert.Regexp(t, `chaos\.py", line \d+, in cannot_end\n`, last.Stack)
	replaced(t, rt, before[0])
	harness.Eventually(t, "it is over", func() bool { return len(stats(rt).Python.Stuck) == 0 })
	assert.EqualValues(t, 1, stats(rt).Python.StuckTotal)
	call(t, rt, "pid")
}
