package profiletest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

// pool checks capacity, queue and deadlines, and that each refusal is the right one.
func (s *suite) pool(t *testing.T) {
	t.Run("Saturation", s.saturation)
	t.Run("QueueTimeout", s.queueTimeout)
	t.Run("Queue", s.queue)
	t.Run("CancelledBefore", s.cancelledBefore)
	t.Run("CancelledInQueue", s.cancelledInQueue)
	t.Run("Deadline", s.deadline)
	t.Run("Pools", s.pools)
}

var ctx0 = context.Background()

// one opens a runtime with one worker.
func (s *suite) one(t *testing.T, limit int, timeout time.Duration) *snakepit.Runtime {
	return s.open(t, "", snakepit.PoolConfig{Workers: 1, QueueLimit: limit, QueueTimeout: timeout})
}

func callOne(ctx context.Context, rt *snakepit.Runtime) error {
	_, err := rt.Call(ctx, "conformance:echo", 1)
	return err
}

func (s *suite) saturation(t *testing.T) {
	rt := s.one(t, -1, 0)
	h := hold(t, rt, ctx0)
	err := callOne(ctx0, rt)
	require.ErrorIs(t, err, snakepit.ErrSaturated)
	require.True(t, snakepit.SafeToRetry(err))
	require.Positive(t, rt.Stats().Pools[snakepit.DefaultPool].Calls.Saturated)
	h.finish(t)
	require.NoError(t, callOne(ctx0, rt))
}

func (s *suite) queueTimeout(t *testing.T) {
	rt := s.one(t, 0, 20*time.Millisecond)
	h := hold(t, rt, ctx0)
	began := time.Now()
	err := callOne(ctx0, rt)
	require.ErrorIs(t, err, snakepit.ErrQueueTimeout)
	require.NotErrorIs(t, err, context.DeadlineExceeded)
	require.GreaterOrEqual(t, time.Since(began), 20*time.Millisecond)
	require.True(t, snakepit.SafeToRetry(err))
	h.finish(t)
	require.NoError(t, callOne(ctx0, rt))
}

// queue checks that who came first is served first, and that the line has an end.
func (s *suite) queue(t *testing.T) {
	const waiters = 8
	rt := s.one(t, waiters, time.Minute)
	warm(t, rt)
	h := hold(t, rt, ctx0)
	done := make(chan error, waiters)
	for i := range waiters {
		go func() {
			done <- rt.Exec(ctx0, namespace, "served.append(i)", snakepit.Kw{"i": i})
		}()
		harness.Eventually(t, "one more in line", func() bool { return calls(rt).Queued == i+1 })
	}
	require.ErrorIs(t, callOne(ctx0, rt), snakepit.ErrSaturated)
	h.finish(t)
	for range waiters {
		require.NoError(t, <-done)
	}
	v, err := rt.Eval(ctx0, namespace, "served")
	require.NoError(t, err)
	requireSame(t, list{int64(0), int64(1), int64(2), int64(3), int64(4), int64(5), int64(6), int64(7)}, v)
}

// warm prepares what the test calls, so that nothing but its calls waits in line.
func warm(t *testing.T, rt *snakepit.Runtime) {
	t.Helper()
	require.NoError(t, rt.Exec(ctx0, namespace, "served = []"))
	require.NoError(t, callOne(ctx0, rt))
}

func canceled() context.Context {
	ctx, cancel := context.WithCancel(ctx0)
	cancel()
	return ctx
}

// cancelError asserts that err is the context's, and whether Python had begun.
func cancelError(t *testing.T, err, cause error, running bool) {
	t.Helper()
	var c *snakepit.CancelError
	require.ErrorAs(t, err, &c)
	require.ErrorIs(t, err, cause)
	require.Equal(t, running, c.Running, "%v", err)
	require.Equal(t, !running, snakepit.SafeToRetry(err))
}

func (s *suite) cancelledBefore(t *testing.T) {
	cancelError(t, callOne(canceled(), s.rt), context.Canceled, false)
	ctx, cancel := context.WithDeadline(ctx0, time.Now().Add(-time.Second))
	defer cancel()
	cancelError(t, callOne(ctx, s.rt), context.DeadlineExceeded, false)
	v, err := s.rt.Eval(ctx0, namespace, "'ran' in globals()")
	require.NoError(t, err)
	require.Equal(t, false, v)
	require.Error(t, s.rt.Exec(canceled(), namespace, "ran = True"))
	requireSame(t, false, s.eval(t, "'ran' in globals()"))
}

func (s *suite) cancelledInQueue(t *testing.T) {
	rt := s.one(t, 0, 0)
	h := hold(t, rt, ctx0)
	ctx, cancel := context.WithTimeoutCause(ctx0, 10*time.Millisecond, errors.New("the cause"))
	defer cancel()
	cancelError(t, callOne(ctx, rt), context.DeadlineExceeded, false)
	ctx, cancel = context.WithCancel(ctx0)
	ended := make(chan error, 1)
	go func() { ended <- callOne(ctx, rt) }()
	harness.Eventually(t, "a call in line", func() bool { return calls(rt).Queued == 1 })
	cancel()
	cancelError(t, <-ended, context.Canceled, false)
	h.finish(t)
	require.NoError(t, callOne(ctx0, rt))
}

// deadline checks that a call returns at its deadline though Python is stuck, and
// that its worker is back when Python is done.
func (s *suite) deadline(t *testing.T) {
	rt := s.one(t, 0, 0)
	ctx, cancel := context.WithCancel(ctx0)
	defer cancel()
	h := hold(t, rt, ctx)
	cancel()
	cancelError(t, <-h.ended, context.Canceled, true)
	require.Equal(t, 1, calls(rt).InUse, "Python still runs the call")
	h.open(t)
	harness.Eventually(t, "the worker is back", func() bool { return calls(rt).InUse == 0 })
	require.NoError(t, callOne(ctx0, rt))
}

func (s *suite) pools(t *testing.T) {
	config := snakepit.Config{Pools: []snakepit.PoolConfig{
		{Name: "plain", Profile: s.maker("", s.folder), Workers: 1},
		{Name: "tools", Profile: s.maker("tools_class:Adapter", s.folder), Workers: 1},
	}}
	rt, err := snakepit.Open(ctx0, config)
	require.NoError(t, err)
	defer func() { require.NoError(t, rt.Close()) }()
	v, err := rt.Pool("tools").Execute(ctx0, "bump", nil)
	require.NoError(t, err)
	requireSame(t, int64(1), v)
	requireNoTool(t, rt, "bump") // the default pool is the first one
	h := hold(t, rt, ctx0)
	_, err = rt.Pool("tools").Call(ctx0, "math:sqrt", 1.0) // one pool does not wait for another
	require.NoError(t, err)
	h.finish(t)
	require.NoError(t, rt.Pool("tools").Exec(ctx0, "ns", "a = 1"))
	_, err = rt.Pool("plain").Eval(ctx0, "ns", "a")
	pythonError(t, err, "NameError") // namespaces are the pool's
	st := rt.Stats()
	require.Len(t, st.Pools, 2)
	require.EqualValues(t, 1, st.Pools["plain"].Calls.Slots)
}
