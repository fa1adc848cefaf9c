package pool_test

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/pool"
)

// Newcomers may pass, so a release does not hand its slot over but wakes one who waits.
// What if that one has other plans?

// TestAWokenWaiterThatLeaves lets the next one have the slot, at once.
func TestAWokenWaiterThatLeaves(t *testing.T) {
	for range 200 {
		synctest.Test(t, func(t *testing.T) {
			l := newLine(t, pool.Config{Slots: 1})
			for range 5 { // in the end the waiters of those who left are used again
				holdAll(t, l.p)
				ctx, cancel := context.WithCancel(context.Background())
				l.wait(ctx, 0)
				l.wait(context.Background(), 1)
				cancel() // it has decided to leave, and may not have run yet
				l.p.Release(0, false)
				synctest.Wait()
				answers := len(l.got)
				for range answers {
					if got := <-l.got; got.err == nil {
						l.p.Release(got.slot, false)
					}
				}
				synctest.Wait()
				require.Equal(t, 2, answers+len(l.got), "somebody waits beside a free slot")
				for len(l.got) > 0 {
					<-l.got
					l.p.Release(0, false)
				}
			}
		})
	}
}

// TestSlotsThatComeFreeMeanwhile: one was woken and has not looked yet.
func TestSlotsThatComeFreeMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, pool.Config{Slots: 3})
		holdAll(t, l.p)
		l.wait(context.Background(), 0)
		l.wait(context.Background(), 1)
		l.waitFor(2, 2)
		for slot := range int32(3) {
			l.p.Release(slot, false)
		}
		synctest.Wait()
		require.Len(t, l.got, 3, "all slots are free")
		for range 3 {
			if got := <-l.got; got.who == 2 {
				require.EqualValues(t, 2, got.slot)
			}
		}
	})
}
