package pool_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/pool"
)

// answer is what Acquire returned to the waiter numbered who.
type answer struct {
	who  int
	slot int32
	err  error
}

// line is a queue under test: the waiters' answers arrive in got.
type line struct {
	p   *pool.Pool
	got chan answer
}

func newLine(tb testing.TB, c pool.Config) line {
	return line{p: mustNew(tb, c), got: make(chan answer, 1000)}
}

// wait puts a waiter in line and returns when it stands there (or has its
// answer). It needs a synctest bubble.
func (l line) wait(ctx context.Context, who int) {
	go func() {
		slot, err := l.p.Acquire(ctx, -1)
		l.got <- answer{who, slot, err}
	}()
	synctest.Wait()
}

// none requires that nobody has an answer.
func (l line) none(t *testing.T) {
	t.Helper()
	synctest.Wait()
	require.Empty(t, l.got)
}

func TestWaitersAreServedInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, pool.Config{Slots: 2})
		held := holdAll(t, l.p)
		for who := range 20 {
			l.wait(context.Background(), who)
		}
		require.Equal(t, 20, l.p.Stats().Queued)
		slot := held[0]
		for who := range 20 {
			l.none(t)
			l.p.Release(slot, false)
			got := <-l.got
			require.Equal(t, answer{who, slot, nil}, got, "the first in line gets the slot that came free")
			slot = held[(who+1)%2]
		}
		require.Zero(t, l.p.Stats().Queued)
	})
}

// A newcomer may pass who waits, but only for a millisecond.
func TestNewcomersPassForAWhile(t *testing.T) {
	for _, c := range []struct {
		waited time.Duration
		passes bool
	}{{0, true}, {time.Millisecond - 1, true}, {time.Millisecond, false}, {time.Hour, false}} {
		synctest.Test(t, func(t *testing.T) {
			l := newLine(t, pool.Config{Slots: 1, QueueTimeout: -1})
			held := holdAll(t, l.p)
			l.wait(context.Background(), 0)
			time.Sleep(c.waited)
			synctest.Wait()
			l.p.Release(held[0], false)
			_, ok := l.p.TryAcquire(held[0]) // before the waiter has run
			require.Equal(t, c.passes, ok, "after %v", c.waited)
			if ok {
				l.none(t)
				l.p.Release(held[0], false)
			}
			require.Equal(t, answer{0, held[0], nil}, <-l.got)
		})
	}
}

func TestAWaiterThatLeavesKeepsTheOrder(t *testing.T) {
	for gone := range 3 { // the first, one in the middle, the last
		synctest.Test(t, func(t *testing.T) {
			l := newLine(t, pool.Config{Slots: 1})
			held := holdAll(t, l.p)
			ctx, cancel := context.WithCancel(context.Background())
			for who := range 3 {
				if who == gone {
					l.wait(ctx, who)
				} else {
					l.wait(context.Background(), who)
				}
			}
			cancel()
			got := <-l.got
			require.Equal(t, gone, got.who)
			require.ErrorIs(t, got.err, context.Canceled)
			for who := range 3 {
				if who != gone {
					l.p.Release(held[0], false)
					require.Equal(t, answer{who, held[0], nil}, <-l.got)
				}
			}
			l.p.Release(held[0], false)
			st := l.p.Stats()
			require.EqualValues(t, 1, st.Canceled)
			require.Zero(t, st.InUse)
			require.Zero(t, st.Queued)
		})
	}
}

func TestAFullQueueRefuses(t *testing.T) {
	for _, c := range []struct{ limit, waiters int }{{-1, 0}, {1, 1}, {3, 3}, {0, pool.DefaultQueueLimit}} {
		synctest.Test(t, func(t *testing.T) {
			l := newLine(t, pool.Config{Slots: 1, QueueLimit: c.limit, QueueTimeout: -1})
			held := holdAll(t, l.p)
			for who := range c.waiters {
				l.wait(context.Background(), who)
			}
			l.none(t)
			for range 2 {
				slot, err := l.p.Acquire(context.Background(), -1)
				require.ErrorIs(t, err, pool.ErrSaturated)
				require.EqualValues(t, -1, slot)
			}
			st := l.p.Stats()
			require.Equal(t, c.waiters, st.Queued)
			require.EqualValues(t, 2, st.Saturated)
			for range c.waiters {
				l.p.Release(held[0], false)
				require.NoError(t, (<-l.got).err)
			}
		})
	}
}

func TestQueueTimeout(t *testing.T) {
	for _, c := range []struct{ timeout, want time.Duration }{
		{0, pool.DefaultQueueTimeout},
		{time.Second, time.Second},
		{1, 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			p := mustNew(t, pool.Config{Slots: 1, QueueTimeout: c.timeout})
			holdAll(t, p)
			start := time.Now()
			slot, err := p.Acquire(context.Background(), -1)
			require.ErrorIs(t, err, pool.ErrQueueTimeout)
			require.EqualValues(t, -1, slot)
			require.Equal(t, c.want, time.Since(start))
			require.Equal(t, pool.Stats{
				Slots: 1, InUse: 1, QueuedTotal: 1, QueueTimeouts: 1, WaitTotal: c.want,
			}, p.Stats())
		})
	}
}

// Each waiter has its own time, though one timer serves them all and is armed
// for waiters that leave before it rings.
func TestEachWaiterHasItsFullTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, pool.Config{Slots: 1, QueueTimeout: 10 * time.Second})
		held := holdAll(t, l.p)
		start := time.Now()
		ends := func(who int, after time.Duration) {
			t.Helper()
			got := <-l.got
			require.Equal(t, who, got.who)
			require.ErrorIs(t, got.err, pool.ErrQueueTimeout)
			require.Equal(t, after, time.Since(start))
		}
		l.wait(context.Background(), 0) // arms the timer, and is served
		l.p.Release(held[0], false)
		require.NoError(t, (<-l.got).err)
		time.Sleep(4 * time.Second)
		l.wait(context.Background(), 1)
		time.Sleep(3 * time.Second)
		l.wait(context.Background(), 2)
		ends(1, 14*time.Second)
		l.wait(context.Background(), 3)
		ends(2, 17*time.Second)
		ends(3, 24*time.Second)
	})
}

func TestNoQueueTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, pool.Config{Slots: 1, QueueTimeout: -1})
		held := holdAll(t, l.p)
		l.wait(context.Background(), 0)
		time.Sleep(1000 * time.Hour)
		l.none(t)
		l.p.Release(held[0], false)
		require.NoError(t, (<-l.got).err)
		require.Equal(t, 1000*time.Hour, l.p.Stats().WaitTotal)
	})
}

func TestContextEndsTheWait(t *testing.T) {
	for _, c := range []struct {
		name     string
		deadline time.Duration // of the context
		timeout  time.Duration // of the queue
		want     error
		not      error
	}{
		{"context first", time.Second, 2 * time.Second, context.DeadlineExceeded, pool.ErrQueueTimeout},
		{"queue first", 2 * time.Second, time.Second, pool.ErrQueueTimeout, context.DeadlineExceeded},
		{"context alone", time.Second, -1, context.DeadlineExceeded, pool.ErrQueueTimeout},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := mustNew(t, pool.Config{Slots: 1, QueueTimeout: c.timeout})
				holdAll(t, p)
				ctx, cancel := context.WithTimeout(context.Background(), c.deadline)
				defer cancel()
				start := time.Now()
				_, err := p.Acquire(ctx, -1)
				require.ErrorIs(t, err, c.want)
				require.NotErrorIs(t, err, c.not)
				require.Equal(t, time.Second, time.Since(start))
			})
		})
	}
}

func TestAnEndedContextDoesNotWait(t *testing.T) {
	p := mustNew(t, pool.Config{Slots: 1})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	slot, err := p.Acquire(ctx, -1)
	require.NoError(t, err, "a free slot is given without a look at the context")
	_, err = p.Acquire(ctx, -1)
	require.ErrorIs(t, err, context.Canceled)
	require.Zero(t, p.Stats().QueuedTotal)
	p.Release(slot, false)
}

func TestRefusalsCarryNumbers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, pool.Config{Slots: 2, QueueLimit: 1, QueueTimeout: 3 * time.Second})
		holdAll(t, l.p)
		l.wait(context.Background(), 0)
		_, err := l.p.Acquire(context.Background(), -1)
		require.EqualError(t, err, pool.ErrSaturated.Error()+" (slots: 2, waiting: 1, queue limit: 1, waited: 0s)")
		require.EqualError(t, (<-l.got).err, pool.ErrQueueTimeout.Error()+" (slots: 2, waiting: 0, queue limit: 1, waited: 3s)")

		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_, err = l.p.Acquire(ctx, -1)
		require.EqualError(t, err, "snakepit: gave up waiting for a slot: context deadline exceeded (slots: 2, waiting: 0, queue limit: 1, waited: 1s)")
	})
}
