package pool_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/pool"
)

func TestCloseOfAnIdlePool(t *testing.T) {
	p := mustNew(t, pool.Config{Slots: 2})
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	require.NoError(t, p.Close(ended), "nothing to wait for: the context does not matter")
	require.NoError(t, p.Close(context.Background()))
	_, ok := p.TryAcquire(0)
	require.False(t, ok)
	for range 2 {
		slot, err := p.Acquire(context.Background(), 0)
		require.ErrorIs(t, err, pool.ErrClosed)
		require.EqualValues(t, -1, slot)
	}
	require.Equal(t, pool.Stats{Slots: 2}, p.Stats())
}

func TestCloseOfAPoolWithoutAQueue(t *testing.T) {
	p := mustNew(t, pool.Config{Slots: 1, QueueLimit: -1})
	require.NoError(t, p.Close(context.Background()))
	_, err := p.Acquire(context.Background(), 0)
	require.ErrorIs(t, err, pool.ErrClosed)
	require.NotErrorIs(t, err, pool.ErrSaturated)
}

func TestCloseSendsWaitersAwayAndWaitsForCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, pool.Config{Slots: 2})
		held := holdAll(t, l.p)
		for who := range 3 {
			l.wait(context.Background(), who)
		}
		closed := make(chan error, 3)
		for range cap(closed) {
			go func() { closed <- l.p.Close(context.Background()) }()
		}
		for range 3 {
			require.ErrorIs(t, (<-l.got).err, pool.ErrClosed)
		}
		for _, slot := range held {
			synctest.Wait()
			require.Empty(t, closed, "Close returned while a call ran")
			l.p.Release(slot, false)
		}
		for range cap(closed) {
			require.NoError(t, <-closed)
		}
		require.Equal(t, pool.Stats{Slots: 2, Calls: 2, QueuedTotal: 3}, l.p.Stats())
	})
}

func TestCloseStopsWaitingWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := mustNew(t, pool.Config{Slots: 3})
		held := holdAll(t, p)
		p.Release(held[0], false)
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		err := p.Close(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorContains(t, err, "2 of 3 slots still run a call")
		_, err = p.Acquire(context.Background(), -1)
		require.ErrorIs(t, err, pool.ErrClosed, "the pool stays shut")

		p.Release(held[1], false)
		p.Release(held[2], false)
		require.NoError(t, p.Close(ctx), "the calls have ended since")
	})
}

// After Close has returned no call runs, whatever was on its way in.
func TestCloseUnderLoad(t *testing.T) {
	for range 50 {
		p := mustNew(t, pool.Config{Slots: 4})
		var running, started atomic.Int64
		var wg sync.WaitGroup
		for i := range int32(16) {
			wg.Go(func() { callUntilClosed(t, p, i%4, &running, &started) })
		}
		for started.Load() < 200 {
			if slot, ok := p.TryAcquire(-1); ok {
				p.Release(slot, false)
			}
		}
		require.NoError(t, p.Close(context.Background()))
		require.Zero(t, running.Load(), "a call runs after Close")
		wg.Wait()
		st := p.Stats()
		require.Zero(t, st.InUse)
		require.Zero(t, st.Queued)
	}
}

func callUntilClosed(t *testing.T, p *pool.Pool, hint int32, running, started *atomic.Int64) {
	for {
		slot, err := p.Acquire(context.Background(), hint)
		if errors.Is(err, pool.ErrClosed) {
			return
		}
		if !assert.NoError(t, err) {
			return
		}
		running.Add(1)
		started.Add(1)
		running.Add(-1)
		p.Release(slot, false)
	}
}
