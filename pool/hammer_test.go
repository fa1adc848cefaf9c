package pool_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/pool"
)

// hammer is many callers of one pool that give up at random moments. It knows
// who holds which slot and counts what they were told.
type hammer struct {
	p       *pool.Pool
	holders []atomic.Int32
	doubled atomic.Int64 // times that a slot had two holders
	calls   atomic.Uint64
	errors  atomic.Uint64
	told    [5]atomic.Uint64 // by reason
}

// The reasons, as indices of hammer.told.
const (
	toldCanceled = iota
	toldTimeout
	toldSaturated
	toldBusy
	toldOther
)

func reason(err error) int {
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return toldCanceled
	case errors.Is(err, pool.ErrQueueTimeout):
		return toldTimeout
	case errors.Is(err, pool.ErrSaturated):
		return toldSaturated
	case errors.Is(err, pool.ErrBusy):
		return toldBusy
	}
	return toldOther
}

func TestHammer(t *testing.T) {
	const callers = 64
	rounds := 500
	if testing.Short() {
		rounds = 100
	}
	for _, c := range []pool.Config{
		{Slots: 1, QueueTimeout: -1},
		{Slots: 4, QueueTimeout: -1},
		{Slots: 4, QueueTimeout: 50 * time.Microsecond},
		{Slots: 4, QueueLimit: 8, QueueTimeout: -1},
		{Slots: 4, QueueLimit: 8, QueueTimeout: -1, MaxBytes: 10},
		{Slots: 2, QueueLimit: -1},
		{Slots: 64, QueueTimeout: -1},
	} {
		t.Run(fmt.Sprintf("slots=%d,limit=%d,timeout=%v,bytes=%d", c.Slots, c.QueueLimit, c.QueueTimeout, c.MaxBytes), func(t *testing.T) {
			h := &hammer{p: mustNew(t, c), holders: make([]atomic.Int32, c.Slots)}
			if c.Slots == 4 {
				h.p.Share(2)
			}
			h.run(t, callers, rounds)
			h.check(t)
		})
	}
}

// run ends when all callers have; a lost wake-up shows as one that never does.
func (h *hammer) run(t *testing.T, callers, rounds int) {
	t.Helper()
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() { h.caller(rounds) })
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	replaced := make(chan struct{})
	go func() { h.replace(done); close(replaced) }()
	select {
	case <-done:
		<-replaced
	case <-time.After(time.Minute):
		t.Fatalf("callers sleep for ever: %+v", h.p.Stats())
	}
}

// replace takes slots down and up again, and looks whether those that are empty are.
func (h *hammer) replace(done chan struct{}) {
	for {
		select {
		case <-done:
			return
		default:
		}
		slot := rand.Int32N(int32(len(h.holders)))
		ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
		if h.p.Empty(ctx, slot) == nil && h.holders[slot].Load() != 0 {
			h.doubled.Add(1)
		}
		cancel()
		h.p.Up(slot)
	}
}

func (h *hammer) caller(rounds int) {
	hint := int32(-1)
	for range rounds {
		slot, err := h.acquire(hint)
		if err != nil {
			h.told[reason(err)].Add(1)
			continue
		}
		h.hold(slot)
		hint = slot
	}
}

// acquire waits without end, or until a cancel that races with the hand-over; for any
// slot or for one.
func (h *hammer) acquire(hint int32) (int32, error) {
	r := pool.Request{
		Hint: hint, Class: pool.Class(rand.IntN(3) - 1), Session: rand.Uint64N(4), Bytes: rand.Int64N(4),
		Only: rand.IntN(3) == 0, NoWait: rand.IntN(8) == 0,
	}
	if r.Only {
		r.Hint = rand.Int32N(int32(len(h.holders)))
		if rand.IntN(3) == 0 && h.p.TakeSlot(r.Hint) {
			return r.Hint, nil
		}
	}
	switch rand.IntN(4) {
	case 0:
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(rand.Int64N(int64(time.Millisecond))))
		defer cancel()
		return h.p.AcquireFor(ctx, r)
	case 1:
		return h.p.AcquireFor(context.Background(), r)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		for range rand.IntN(8) {
			runtime.Gosched()
		}
		cancel()
	}()
	return h.p.AcquireFor(ctx, r)
}

func (h *hammer) hold(slot int32) {
	if h.holders[slot].Add(1) != 1 {
		h.doubled.Add(1)
	}
	if rand.IntN(4) == 0 {
		runtime.Gosched()
	}
	failed := rand.IntN(8) == 0
	h.calls.Add(1)
	if failed {
		h.errors.Add(1)
	}
	h.holders[slot].Add(-1)
	h.p.Release(slot, failed)
}

func (h *hammer) check(t *testing.T) {
	t.Helper()
	st := h.p.Stats()
	require.Zero(t, h.doubled.Load(), "a slot was held twice")
	require.Zero(t, st.InUse, "a slot was lost")
	require.Zero(t, st.Queued)
	require.Zero(t, st.Down)
	require.Zero(t, st.Bytes)
	require.Equal(t, h.calls.Load(), st.Calls)
	require.Equal(t, h.errors.Load(), st.Errors)
	require.Equal(t, h.told[toldTimeout].Load(), st.QueueTimeouts)
	require.Equal(t, h.told[toldSaturated].Load(), st.Saturated+st.Shed+st.TooHeavy)
	// A caller whose context has ended before it would wait is not in Canceled.
	require.LessOrEqual(t, st.Canceled, h.told[toldCanceled].Load())
	require.Zero(t, h.told[toldOther].Load())
	require.LessOrEqual(t, st.Canceled+st.QueueTimeouts, st.QueuedTotal)
	holdAll(t, h.p)
}
