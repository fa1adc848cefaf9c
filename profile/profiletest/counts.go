package profiletest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
)

// counts checks what Stats say of calls, their failures and their durations.
func (s *suite) counts(t *testing.T) {
	t.Run("Tools", s.toolCounts)
	t.Run("Classes", s.errorClasses)
	t.Run("Queue", s.queueTimes)
	t.Run("Left", s.leftTimes)
	t.Run("Retired", s.closedCounts)
}

func poolStats(rt *snakepit.Runtime) snakepit.PoolStats {
	return rt.Stats().Pools[snakepit.DefaultPool]
}

func (s *suite) counted(t *testing.T, workers int) *snakepit.Runtime {
	return s.open(t, "counted:Adapter", snakepit.PoolConfig{Workers: workers})
}

func (s *suite) toolCounts(t *testing.T) {
	rt := s.counted(t, 2)
	before := poolStats(rt)
	require.Len(t, before.Tools, 5, "all tools are there from the start")
	require.Zero(t, before.Tools["double"].Calls)

	double, err := snakepit.Bind[int, int](rt, "double")
	require.NoError(t, err)
	const n = 300
	for i := range n {
		_, err := double(ctx0, i)
		require.NoError(t, err)
		requireExecute(t, rt, int64(2*i), "double", snakepit.Args{"x": i})
	}
	for range 5 {
		requireExecute(t, rt, nil, "nap", snakepit.Args{"seconds": 0.02})
	}
	require.Equal(t, []any{int64(0), int64(1)}, drained(t, rt, "items", 2))
	after := poolStats(rt)
	require.EqualValues(t, 2*n, after.Tools["double"].Calls)
	require.EqualValues(t, 5, after.Tools["nap"].Calls)
	require.EqualValues(t, 1, after.Tools["items"].Calls, "a stream is one call")
	require.Zero(t, after.Errors.Total())
	requireRuns(t, after.Tools["nap"].Run, 5, 20*time.Millisecond)
	requireWorkers(t, after)
}

func drained(t *testing.T, rt *snakepit.Runtime, tool string, n int) (all []any) {
	t.Helper()
	for v, err := range rt.Stream(ctx0, tool, snakepit.Args{"n": n}) {
		if err != nil {
			break
		}
		all = append(all, v)
	}
	return all
}

// requireRuns checks durations of n calls whose contexts could end.
func requireRuns(t *testing.T, run snakepit.Histogram, n int, least time.Duration) {
	t.Helper()
	require.EqualValues(t, n, run.Count)
	for _, d := range []time.Duration{run.P50(), run.P99(), run.P999(), run.Mean()} {
		require.InDelta(t, float64(run.Max), float64(d), float64(run.Max-least)+float64(least)/16, "%v", run)
	}
	require.Less(t, run.Max, 10*time.Second)
}

// requireWorkers checks that the pool's numbers are those of its workers.
func requireWorkers(t *testing.T, s snakepit.PoolStats) {
	t.Helper()
	var calls uint64
	var errs snakepit.ErrorCounts
	var run snakepit.Histogram
	require.Len(t, s.Workers, s.Calls.Slots)
	for _, w := range s.Workers {
		require.False(t, w.Busy)
		require.False(t, w.Down)
		calls += w.Calls
		errs = errs.Plus(w.Errors)
		run = run.Merge(w.Run)
	}
	require.Equal(t, s.Calls.Calls, calls)
	require.Equal(t, s.Errors, errs)
	require.Equal(t, s.Run, run)
}

func (s *suite) errorClasses(t *testing.T) {
	rt := s.counted(t, 2)
	text, err := snakepit.Bind[struct {
		X int `py:"x"`
	}, string](rt, "double")
	if err == nil {
		_, err = text(ctx0, struct {
			X int `py:"x"`
		}{1})
	}
	require.Error(t, err, "an int is no text")
	require.Error(t, errOf(rt.Execute(ctx0, "fail", snakepit.Args{"message": "m"})))
	require.Error(t, errOf(rt.Execute(ctx0, "double", snakepit.Args{"x": "text"})))
	require.Error(t, errOf(rt.Execute(ctx0, "double", snakepit.Args{})))
	require.Error(t, errOf(rt.Call(ctx0, "no_such_module:f")))
	require.Error(t, errOf(rt.Call(ctx0, "conformance:echo", make(chan int, 1), func() {})))
	require.Len(t, drained(t, rt, "broken_items", 3), 3)
	ended, cancel := context.WithCancel(ctx0)
	cancel()
	require.Error(t, errOf(rt.Execute(ended, "double", snakepit.Args{"x": 1})))

	got := poolStats(rt)
	require.EqualValues(t, 1, got.Tools["fail"].Errors.Python)
	require.EqualValues(t, 1, got.Tools["broken_items"].Errors.Python)
	require.EqualValues(t, 2, got.Tools["double"].Errors.Validation)
	require.EqualValues(t, 1, got.Tools["double"].Errors.Conversion)
	require.EqualValues(t, 1, got.Tools["double"].Errors.Canceled)
	require.Equal(t, snakepit.ErrorCounts{Python: 3, Validation: 2, Conversion: 2, Canceled: 1}, got.Errors)
	requireWorkers(t, got)
}

// queueTimes checks waits, and what becomes of those who wait in vain.
func (s *suite) queueTimes(t *testing.T) {
	rt := s.open(t, "", snakepit.PoolConfig{Workers: 1, QueueLimit: 1, QueueTimeout: 20 * time.Millisecond})
	warm(t, rt)
	require.Zero(t, poolStats(rt).Queue.Count, "who gets a worker at once does not wait")
	h := hold(t, rt, ctx0)
	require.True(t, poolStats(rt).Workers[0].Busy)
	require.ErrorIs(t, callOne(ctx0, rt), snakepit.ErrQueueTimeout)
	got := poolStats(rt)
	require.EqualValues(t, 1, got.Queue.Count)
	require.GreaterOrEqual(t, got.Queue.Max, 20*time.Millisecond)
	require.Equal(t, snakepit.ErrorCounts{QueueTimeout: 1}, got.Errors)
	h.finish(t)

	full := s.one(t, -1, 0)
	h = hold(t, full, ctx0)
	require.ErrorIs(t, callOne(ctx0, full), snakepit.ErrSaturated)
	require.Equal(t, snakepit.ErrorCounts{Saturated: 1}, poolStats(full).Errors)
	require.Zero(t, poolStats(full).Queue.Count, "who is sent away at once does not wait")
	h.finish(t)
}

// leftTimes checks that a call which its caller left is measured to its end.
func (s *suite) leftTimes(t *testing.T) {
	rt := s.one(t, 0, 0)
	warm(t, rt)
	ctx, cancel := context.WithCancel(ctx0)
	before := poolStats(rt)
	h := hold(t, rt, ctx)
	cancel()
	var left *snakepit.CancelError
	require.ErrorAs(t, <-h.ended, &left)
	require.EqualValues(t, 1, poolStats(rt).Errors.Canceled)
	h.open(t)
	warm(t, rt) // after it, for there is one worker
	after := poolStats(rt)
	require.Positive(t, after.Run.Since(before.Run).Count)
}

func (s *suite) closedCounts(t *testing.T) {
	rt := s.counted(t, 1)
	requireExecute(t, rt, int64(2), "double", snakepit.Args{"x": 1})
	require.NoError(t, rt.Close())
	require.ErrorIs(t, errOf(rt.Execute(ctx0, "double", snakepit.Args{"x": 1})), snakepit.ErrClosed)
	got := poolStats(rt)
	require.EqualValues(t, 1, got.Errors.Closed)
	require.EqualValues(t, 1, got.Tools["double"].Calls)
}
