package pool_test

import (
	"context"
	"iter"
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/pool"
)

// Two callers meet in a window a few nanoseconds wide. Chance finds it only
// when both run at once, very often, and shifted by a little each time.

// together counts meetings until the time for them is over: how long one takes
// depends on what else the machine does.
func together() iter.Seq[int] {
	budget := time.Second
	if testing.Short() {
		budget /= 5
	}
	return func(yield func(int) bool) {
		start := time.Now()
		for i := 0; time.Since(start) < budget && yield(i); i++ {
		}
	}
}

// meeting has a goroutine beside the test's own run b while that runs a. Both
// spin until the other is there, so that they start together.
type meeting struct {
	round, done atomic.Int64
	b           func() // of this round
}

func newMeeting(t *testing.T) *meeting {
	m := &meeting{}
	go func() {
		for round := int64(1); ; round++ {
			if spinUntil(&m.round, round); m.b == nil {
				return
			}
			spinFor(rand.IntN(100))
			m.b()
			m.done.Store(round)
		}
	}()
	t.Cleanup(func() { m.b = nil; m.round.Add(1) })
	return m
}

func (m *meeting) meet(a, b func()) {
	m.b = b
	round := m.round.Add(1)
	spinFor(rand.IntN(1000)) // b starts later: it has to hear of the round
	a()
	spinUntil(&m.done, round)
}

func spinUntil(v *atomic.Int64, want int64) {
	for i := 1; v.Load() < want; i++ {
		if i%50_000 == 0 {
			runtime.Gosched()
		}
	}
}

// spinFor takes about a nanosecond for each two or three of n.
func spinFor(n int) {
	var v atomic.Int64
	for range n {
		v.Load()
	}
}

// The release sees no waiter and the waiter sees no free slot: not both.
func TestReleaseMeetsTheFirstWaiter(t *testing.T) {
	p := mustNew(t, pool.Config{Slots: 1})
	m := newMeeting(t)
	for range together() {
		held := holdAll(t, p)
		var err error
		m.meet(
			func() { p.Release(held[0], false) },
			func() { _, err = p.Acquire(context.Background(), 0) })
		require.NoError(t, err, "the waiter slept beside a free slot")
		p.Release(0, false)
	}
}

// The same for a waiter of that slot alone, which marks it while the release frees it.
func TestReleaseMeetsAWaiterForTheSlot(t *testing.T) {
	p := mustNew(t, pool.Config{Slots: 2})
	m := newMeeting(t)
	for range together() {
		held := holdAll(t, p)
		var err error
		m.meet(
			func() { p.Release(held[0], true) },
			func() { _, err = p.AcquireSlot(context.Background(), 0) })
		require.NoError(t, err)
		p.Release(0, false)
		p.Release(1, false)
	}
}

// The caller sees the pool open and Close sees the slot free: not both.
func TestCloseMeetsACaller(t *testing.T) {
	m := newMeeting(t)
	for range together() {
		p := mustNew(t, pool.Config{Slots: 1})
		var closed atomic.Bool
		late := false
		m.meet(
			func() { _ = p.Close(context.Background()); closed.Store(true) },
			func() {
				slot, ok := p.TryAcquire(-1) // a search keeps the window open longer than a hint
				if !ok {
					return
				}
				for range 200 {
					late = late || closed.Load()
				}
				p.Release(slot, false)
			})
		require.False(t, late, "Close returned while a call ran")
	}
}

// The waiter's context ends while it is handed a slot: the slot is not lost.
func TestCancelMeetsTheHandOver(t *testing.T) {
	p := mustNew(t, pool.Config{Slots: 1})
	m := newMeeting(t)
	for range together() {
		held := holdAll(t, p)
		ctx, cancel := context.WithCancel(context.Background())
		answered := make(chan error)
		go func() {
			slot, err := p.Acquire(ctx, -1)
			if err == nil {
				p.Release(slot, false)
			}
			answered <- err
		}()
		for p.Stats().Queued == 0 {
			runtime.Gosched()
		}
		m.meet(cancel, func() { p.Release(held[0], false) })
		if err := <-answered; err != nil {
			require.ErrorIs(t, err, context.Canceled)
		}
		require.Zero(t, p.Stats().InUse)
	}
}
