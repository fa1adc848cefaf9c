package pool_test

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/pool"
)

// waitFor has a caller wait for one slot.
func (l line) waitFor(slot int32, who int) {
	go func() {
		got, err := l.p.AcquireSlot(context.Background(), slot)
		l.got <- answer{who, got, err}
	}()
	synctest.Wait()
}

func TestOneSlot(t *testing.T) {
	p := mustNew(t, pool.Config{Slots: 2})
	require.True(t, p.TakeSlot(1))
	require.False(t, p.TakeSlot(1))
	slot, err := p.AcquireSlot(context.Background(), 0)
	require.NoError(t, err)
	require.EqualValues(t, 0, slot)
	p.Release(0, false)
	p.Release(1, false)
	require.EqualValues(t, 2, p.Stats().Calls)
}

// TestEachSlotHasItsLine frees slots that others wait for.
func TestEachSlotHasItsLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, pool.Config{Slots: 2})
		holdAll(t, l.p)
		l.waitFor(0, 1)
		l.wait(context.Background(), 2)
		l.waitFor(0, 3)
		l.p.Release(1, false) // the first does not take it
		synctest.Wait()
		require.Equal(t, answer{2, 1, nil}, <-l.got)
		l.p.Release(0, false)
		synctest.Wait()
		require.Equal(t, answer{1, 0, nil}, <-l.got)
		l.p.Release(1, false) // nobody takes it
		require.True(t, l.p.TakeSlot(1), "a slot that nobody waits for is free")
		l.none(t)
		l.p.Release(0, false)
		synctest.Wait()
		require.Equal(t, answer{3, 0, nil}, <-l.got)
	})
}

// TestAFullQueueForOneSlot leaves the others to newcomers.
func TestAFullQueueForOneSlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, pool.Config{Slots: 2, QueueLimit: 1})
		require.True(t, l.p.TakeSlot(0))
		l.waitFor(0, 1)
		slot, err := l.p.Acquire(context.Background(), -1)
		require.NoError(t, err)
		require.EqualValues(t, 1, slot)
		_, err = l.p.Acquire(context.Background(), -1)
		require.ErrorIs(t, err, pool.ErrSaturated)
		_, err = l.p.AcquireSlot(context.Background(), 1)
		require.ErrorIs(t, err, pool.ErrSaturated)
		l.p.Release(0, false)
		synctest.Wait()
		require.Equal(t, answer{1, 0, nil}, <-l.got)
	})
}

func TestOneSlotAllocatesNothing(t *testing.T) {
	p := mustNew(t, pool.Config{Slots: 2})
	ctx := context.Background()
	require.Zero(t, testing.AllocsPerRun(1000, func() {
		slot, err := p.AcquireSlot(ctx, 1)
		if err != nil || slot != 1 {
			t.Fatal(slot, err)
		}
		p.Release(slot, false)
	}))
}
