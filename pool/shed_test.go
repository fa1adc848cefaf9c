package pool_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/pool"
)

// drained is a pool of one slot that has served so many waiters, each after a second.
func drained(t *testing.T, c pool.Config, calls int) line {
	c.Slots = 1
	l := newLine(t, c)
	holdAll(t, l.p)
	for who := range calls {
		l.wait(context.Background(), who)
	}
	for range calls {
		time.Sleep(time.Second)
		l.p.Release(0, false)
		require.NoError(t, (<-l.got).err)
	}
	return l
}

// in waits with a deadline.
func (l line) in(d time.Duration, who int) {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	go func() {
		defer cancel()
		slot, err := l.p.Acquire(ctx, -1)
		l.got <- answer{who, slot, err}
	}()
	synctest.Wait()
}

// TestShedding: with calls of a second and four in line, the fifth waits for five, and
// wants four more for its own call, or a third of its time.
func TestShedding(t *testing.T) {
	for _, c := range []struct {
		name     string
		config   pool.Config
		known    int           // calls served before
		deadline time.Duration // 0: none
		refused  bool
	}{
		{"time enough", pool.Config{QueueTimeout: -1}, 16, 10 * time.Second, false},
		{"too little", pool.Config{QueueTimeout: -1}, 16, 7 * time.Second, true},
		{"none at all", pool.Config{QueueTimeout: -1}, 16, time.Second, true},
		{"nothing is known yet", pool.Config{QueueTimeout: -1}, 15, time.Second, false},
		{"it is not wanted", pool.Config{QueueTimeout: -1, NoShedding: true}, 16, time.Second, false},
		{"no deadline", pool.Config{QueueTimeout: -1}, 16, 0, false},
		{"no deadline, queue timeout", pool.Config{QueueTimeout: 4500 * time.Millisecond, QueueLimit: 100}, 0, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := drained(t, c.config, c.known)
				for who := range 4 {
					l.wait(context.Background(), who)
				}
				if c.deadline > 0 {
					l.in(c.deadline, 4)
				} else {
					l.wait(context.Background(), 4)
				}
				if !c.refused {
					require.Empty(t, l.got)
					_ = l.p.Close(closedContext())
					return
				}
				got := <-l.got
				require.ErrorIs(t, got.err, pool.ErrSaturated)
				require.NotErrorIs(t, got.err, context.DeadlineExceeded)
				require.ErrorContains(t, got.err, "too many wait")
				require.EqualValues(t, 1, l.p.Stats().Shed)
				_ = l.p.Close(closedContext())
			})
		})
	}
}

// TestTheQueueTimeoutShedsToo: who would be sent away then is sent away now.
func TestTheQueueTimeoutShedsToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, pool.Config{Slots: 1, QueueTimeout: 2500 * time.Millisecond})
		holdAll(t, l.p)
		for range 16 {
			l.wait(context.Background(), 0)
			time.Sleep(time.Second)
			l.p.Release(0, false)
			require.NoError(t, (<-l.got).err)
		}
		l.wait(context.Background(), 1)
		l.wait(context.Background(), 2)
		l.none(t)
		l.wait(context.Background(), 3)
		got := <-l.got
		require.Equal(t, 3, got.who)
		require.ErrorIs(t, got.err, pool.ErrSaturated)
		require.NotErrorIs(t, got.err, pool.ErrQueueTimeout)
		_ = l.p.Close(closedContext())
	})
}

// TestALateCallerGivesItsTurnAway to one that has time, but not to nobody.
func TestALateCallerGivesItsTurnAway(t *testing.T) {
	for _, alone := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			l := drained(t, pool.Config{QueueTimeout: -1}, 16)
			l.in(3*time.Second, 1) // the first is never refused
			if !alone {
				l.wait(context.Background(), 2)
			}
			time.Sleep(2500 * time.Millisecond)
			l.p.Release(0, false)
			if alone {
				require.Equal(t, answer{1, 0, nil}, <-l.got)
				return
			}
			told := map[int]error{}
			for range 2 {
				got := <-l.got
				told[got.who] = got.err
			}
			require.ErrorIs(t, told[1], pool.ErrSaturated)
			require.NoError(t, told[2])
		})
	}
}

// TestAStallCountsOnce: a call that is stuck makes those behind it wait, and is not
// taken for what all calls will be like.
func TestAStallCountsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := drained(t, pool.Config{QueueTimeout: -1}, 16)
		l.wait(context.Background(), 0)
		time.Sleep(time.Minute)
		l.in(80*time.Second, 1) // a minute may pass again, and then a second
		l.none(t)
		l.in(62*time.Second, 2)
		got := <-l.got
		require.Equal(t, 2, got.who)
		require.ErrorIs(t, got.err, pool.ErrSaturated)

		for who := range 2 { // it ends
			l.p.Release(0, false)
			require.Equal(t, answer{who, 0, nil}, <-l.got)
		}
		for who := range 4 {
			l.wait(context.Background(), 10+who)
		}
		l.in(12*time.Second, 14)
		l.none(t)
		_ = l.p.Close(closedContext())
	})
}

// TestOldPaceIsForgotten: what calls took yesterday refuses nobody.
func TestOldPaceIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := drained(t, pool.Config{QueueTimeout: -1}, 16)
		time.Sleep(time.Hour)
		l.wait(context.Background(), 0)
		l.in(time.Second/2, 1)
		l.none(t)
		_ = l.p.Close(closedContext())
	})
}
