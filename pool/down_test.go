package pool_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/pool"
)

func TestDown(t *testing.T) {
	p := mustNew(t, pool.Config{Slots: 2})
	require.True(t, p.TakeSlot(0))
	p.Down(0)
	p.Down(1)
	_, ok := p.TryAcquire(1)
	require.False(t, ok, "both are down")
	p.Release(0, true) // the call that held it ends
	require.False(t, p.TakeSlot(0))
	require.Equal(t, pool.Stats{Slots: 2, Down: 2, Calls: 1, Errors: 1}, p.Stats())
	require.Panics(t, func() { p.Release(0, false) })
	p.Up(0)
	slot, err := p.Acquire(context.Background(), 1)
	require.NoError(t, err)
	require.EqualValues(t, 0, slot)
	p.Release(0, false)
	require.NoError(t, p.Close(context.Background()), "what is down holds nobody up")
}

// TestDownUnderLoad takes slots down and up while callers use them: none is lost, none
// given twice, and nobody waits for ever.
func TestDownUnderLoad(t *testing.T) {
	const slots, callers, rounds = 3, 16, 2000
	p := mustNew(t, pool.Config{Slots: slots, QueueTimeout: -1})
	var holders [slots]atomic.Int32
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			for range rounds {
				slot, err := p.Acquire(context.Background(), -1)
				if err != nil || holders[slot].Add(1) != 1 {
					t.Errorf("slot %d, %v", slot, err)
					return
				}
				holders[slot].Add(-1)
				p.Release(slot, false)
			}
		})
	}
	ended := make(chan struct{})
	go func() { all.Wait(); close(ended) }()
	for i := int32(0); ; i = (i + 1) % slots {
		p.Down(i)
		p.Up(i)
		select {
		case <-ended:
			require.Equal(t, uint64(callers*rounds), p.Stats().Calls)
			return
		default:
		}
	}
}

func TestEmpty(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := mustNew(t, pool.Config{Slots: 2})
		require.NoError(t, p.Empty(closedContext(), 1), "nobody holds it")
		require.True(t, p.TakeSlot(0))
		err := p.Empty(closedContext(), 0)
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorContains(t, err, "slot 0 still runs a call")
		empty := make(chan error, 2)
		for range cap(empty) {
			go func() { empty <- p.Empty(context.Background(), 0) }()
		}
		synctest.Wait()
		require.Empty(t, empty)
		p.Release(0, false)
		require.NoError(t, <-empty)
		require.NoError(t, <-empty)
		_, ok := p.TryAcquire(0)
		require.False(t, ok, "it stays down")
		p.Up(0)
		require.True(t, p.TakeSlot(0))
	})
}

// TestUpEndsEmpty: who brings a slot up again does not want it empty any more.
func TestUpEndsEmpty(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := mustNew(t, pool.Config{Slots: 1})
		holdAll(t, p)
		empty := make(chan error, 1)
		go func() { empty <- p.Empty(context.Background(), 0) }()
		synctest.Wait()
		p.Up(0)
		require.NoError(t, <-empty)
	})
}
