package pool_test

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/pool"
)

// ask puts a caller with a request of its own in line; see wait.
func (l line) ask(r pool.Request, who int) {
	if !r.Only {
		r.Hint = -1
	}
	go func() {
		slot, err := l.p.AcquireFor(context.Background(), r)
		l.got <- answer{who, slot, err}
	}()
	synctest.Wait()
}

// served releases a slot and says who got it.
func (l line) served(t *testing.T, slot int32) int {
	t.Helper()
	l.p.Release(slot, false)
	got := <-l.got
	require.NoError(t, got.err)
	require.Equal(t, slot, got.slot)
	return got.who
}

func (l line) order(t *testing.T, n int) (order []int) {
	t.Helper()
	for range n {
		order = append(order, l.served(t, 0))
	}
	return order
}

func TestHigherClassesGoFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, pool.Config{Slots: 1})
		holdAll(t, l.p)
		for who, class := range []pool.Class{pool.Low, pool.Normal, pool.High, pool.Normal, -9, 9} {
			l.ask(pool.Request{Class: class}, who)
		}
		require.Equal(t, []int{2, 5, 1, 3, 0, 4}, l.order(t, 6))
	})
}

// TestEveryEighthGoesToTheOldest: a caller of the low class before whom others of the
// high class come for ever gets the slot all the same.
func TestEveryEighthGoesToTheOldest(t *testing.T) {
	for _, only := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			l := newLine(t, pool.Config{Slots: 1})
			holdAll(t, l.p)
			const older = 3
			for who := range older + 1 {
				l.ask(pool.Request{Class: pool.Low, Only: only}, who)
			}
			l.ask(pool.Request{Class: pool.High, Session: 1}, 100)
			for calls := 1; ; calls++ {
				l.ask(pool.Request{Class: pool.High, Session: uint64(calls % 3)}, 100+calls)
				require.LessOrEqual(t, calls, 8*(older+1))
				if l.served(t, 0) == older {
					break
				}
			}
			_ = l.p.Close(closedContext())
		})
	}
}

func closedContext() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

func TestSessionsTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, pool.Config{Slots: 1})
		holdAll(t, l.p)
		for who, session := range []uint64{7, 7, 7, 7, 0, 0, 9} {
			l.ask(pool.Request{Session: session}, who)
		}
		require.Equal(t, []int{0, 4, 6, 1, 5, 2, 3}, l.order(t, 7))
	})
}

// TestNobodyPassesAHigherClass: newcomers that find a slot free leave it to who is worth
// more, however short the wait was.
func TestNobodyPassesAHigherClass(t *testing.T) {
	for _, c := range []struct {
		waits, comes pool.Class
		passes       bool
	}{
		{pool.Low, pool.Low, true},
		{pool.Low, pool.Normal, true},
		{pool.Normal, pool.Low, false},
		{pool.Normal, pool.Normal, true},
		{pool.High, pool.Normal, false},
		{pool.High, pool.High, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			l := newLine(t, pool.Config{Slots: 1})
			holdAll(t, l.p)
			l.ask(pool.Request{Class: c.waits}, 0)
			l.p.Release(0, false)
			_, err := l.p.AcquireFor(context.Background(), pool.Request{Class: c.comes, NoWait: true})
			if c.comes == pool.Normal && !c.passes {
				_, ok := l.p.TryAcquire(0)
				require.False(t, ok)
			}
			if c.passes {
				require.NoError(t, err)
				l.p.Release(0, false)
			} else {
				require.ErrorIs(t, err, pool.ErrBusy)
			}
			require.Equal(t, 0, (<-l.got).who)
		})
	}
}

// TestAFullQueueMakesRoom for a higher class: the youngest of the lowest has to go.
func TestAFullQueueMakesRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, pool.Config{Slots: 1, QueueLimit: 3})
		holdAll(t, l.p)
		l.ask(pool.Request{Class: pool.Low}, 0)
		l.ask(pool.Request{Class: pool.Low}, 1)
		l.ask(pool.Request{Class: pool.Normal}, 2)
		l.ask(pool.Request{Class: pool.Low}, 3)
		got := <-l.got
		require.Equal(t, 3, got.who)
		require.ErrorIs(t, got.err, pool.ErrSaturated)
		l.ask(pool.Request{Class: pool.High}, 4)
		got = <-l.got
		require.Equal(t, 1, got.who)
		require.ErrorIs(t, got.err, pool.ErrSaturated)
		require.ErrorContains(t, got.err, "higher priority")
		require.EqualValues(t, 2, l.p.Stats().Saturated)
		require.Equal(t, []int{4, 2, 0}, l.order(t, 3))
	})
}

func TestWaitingAllocatesNothingInTheLongRun(t *testing.T) {
	p := mustNew(t, pool.Config{Slots: 1})
	ctx := context.Background()
	turn := make(chan struct{})
	go func() { // holds the slot whenever the other has left it, until that waits
		for range turn {
			for p.Stats().Queued == 0 {
			}
			p.Release(0, false)
		}
	}()
	defer close(turn)
	session := uint64(0)
	allocs := testing.AllocsPerRun(1000, func() {
		if _, ok := p.TryAcquire(0); !ok {
			t.Fatal("busy")
		}
		turn <- struct{}{}
		session++
		slot, err := p.AcquireFor(ctx, pool.Request{Session: session})
		if err != nil {
			t.Fatal(err)
		}
		p.Release(slot, false)
	})
	require.Less(t, allocs, 0.5)
}
