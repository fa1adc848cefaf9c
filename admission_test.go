package snakepit_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile"
)

// busy is a runtime whose only worker runs calls until they may end.
type busy struct {
	p    *fake
	rt   *snakepit.Runtime
	done chan answered
}

type answered struct {
	who string
	err error
}

func openBusy(t *testing.T, change func(*snakepit.PoolConfig)) *busy {
	t.Helper()
	b := &busy{p: &fake{held: make(chan int32), release: make(chan struct{})}, done: make(chan answered, 10)}
	c := b.p.config(1)
	change(&c.Pools[0])
	rt, err := snakepit.Open(context.Background(), c)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, rt.Close()) })
	b.rt = rt
	b.call(rt.With(), "first")
	<-b.p.held
	return b
}

// call begins a call that waits, except the first.
func (b *busy) call(on *snakepit.Pool, who string, args ...any) {
	go func() {
		_, err := on.Call(context.Background(), "m:hold", args...)
		b.done <- answered{who, err}
	}()
}

// queued waits until n calls wait.
func (b *busy) queued(t *testing.T, n int) {
	t.Helper()
	require.Eventually(t, func() bool { return b.stats().Calls.Queued == n }, time.Minute, time.Millisecond)
}

func (b *busy) stats() snakepit.PoolStats { return b.rt.Stats().Pools[snakepit.DefaultPool] }

// order ends calls one after the other.
func (b *busy) order(t *testing.T, n int) (order []string) {
	t.Helper()
	for i := range n {
		if i > 0 {
			<-b.p.held
		}
		b.p.release <- struct{}{}
		done := <-b.done
		require.NoError(t, done.err)
		order = append(order, done.who)
	}
	return order
}

func TestPriority(t *testing.T) {
	b := openBusy(t, func(*snakepit.PoolConfig) {})
	b.call(b.rt.With(snakepit.Priority(snakepit.Low)), "low")
	b.queued(t, 1)
	b.call(b.rt.With(), "normal")
	b.queued(t, 2)
	b.call(b.rt.Session("s").With(snakepit.Priority(snakepit.Low)), "high", snakepit.Priority(snakepit.High))
	b.queued(t, 3)
	require.Equal(t, []string{"first", "high", "normal", "low"}, b.order(t, 4))
}

func TestSessionsTakeTurnsAtAPool(t *testing.T) {
	b := openBusy(t, func(*snakepit.PoolConfig) {})
	for i, who := range []string{"a1", "a2", "a3", "b1", "b2"} {
		b.call(b.rt.Session(who[:1]).With(), who)
		b.queued(t, i+1)
	}
	require.Equal(t, []string{"first", "a1", "b1", "a2", "b2", "a3"}, b.order(t, 6))
}

func TestMaxBytesInFlight(t *testing.T) {
	b := openBusy(t, func(c *snakepit.PoolConfig) { c.MaxBytesInFlight = 20_000 })
	large, small := make([]byte, 15_000), make([]byte, 100)
	b.call(b.rt.With(), "large", large)
	b.queued(t, 1)
	_, err := b.rt.Call(context.Background(), "m:hold", large)
	require.ErrorIs(t, err, snakepit.ErrSaturated)
	require.True(t, snakepit.SafeToRetry(err))
	require.EqualValues(t, 1, b.stats().Calls.TooHeavy)
	require.EqualValues(t, len(large), b.stats().Calls.Bytes)
	b.call(b.rt.With(), "small", small)
	b.queued(t, 2)
	require.Equal(t, []string{"first", "large", "small"}, b.order(t, 3))
	require.Zero(t, b.stats().Calls.Bytes)
}

// crowd is a fake whose workers have several slots each.
type crowd struct{ fake }

func (c *crowd) Workers() int { return 2 }

func (c *crowd) Open(context.Context, profile.Spec) (profile.Instance, error) { return c, nil }

// TestCallsSpreadOverWorkers of two slots each: 0 and 2 are the first one's.
func TestCallsSpreadOverWorkers(t *testing.T) {
	for range 20 {
		p := &crowd{fake{held: make(chan int32), release: make(chan struct{})}}
		rt, err := snakepit.Open(context.Background(), snakepit.Config{Pools: []snakepit.PoolConfig{{Profile: p, Workers: 4}}})
		require.NoError(t, err)
		done := make(chan error, 2)
		load := [2]int{}
		for range 2 {
			go func() {
				_, err := rt.Call(context.Background(), "m:hold")
				done <- err
			}()
			load[<-p.held%2]++
		}
		require.Equal(t, [2]int{1, 1}, load)
		close(p.release)
		require.NoError(t, <-done)
		require.NoError(t, <-done)
		require.NoError(t, rt.Close())
	}
}
