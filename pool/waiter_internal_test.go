package pool

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// TestTheTimerShutsTheGate: newcomers that run all the time, so that nobody comes to
// look, are stopped all the same.
func TestTheTimerShutsTheGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, err := New(Config{Slots: 1, QueueTimeout: -1})
		require.NoError(t, err)
		require.True(t, p.TakeSlot(0))
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		go func() { _, _ = p.Acquire(ctx, -1) }()
		synctest.Wait()
		require.Zero(t, p.gate.Load()&strictBit)
		time.Sleep(patience)
		synctest.Wait()
		require.NotZero(t, p.gate.Load()&strictBit)
		cancel()
		synctest.Wait()
		require.Zero(t, p.gate.Load())
	})
}

// TestWaitersAreUsedAgainEmpty: what one who left was told last is not for the next.
func TestWaitersAreUsedAgainEmpty(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, err := New(Config{Slots: 1})
		require.NoError(t, err)
		for range 100 {
			require.True(t, p.TakeSlot(0))
			ctx, cancel := context.WithCancel(context.Background())
			go func() {
				if slot, err := p.Acquire(ctx, -1); err == nil {
					p.Release(slot, false)
				}
			}()
			synctest.Wait()
			cancel()
			p.Release(0, false)
			synctest.Wait()
			if w, _ := p.waiters.Get().(*waiter); w != nil {
				require.Empty(t, w.told)
			}
		}
	})
}
