package pool

import (
	"context"
	"math"
	"time"
)

// What a waiter is told instead of a slot.
const (
	tellExpired int32 = -1 - iota
	tellClosed
	tellDisplaced
	tellHopeless
	tellLook // serve the queue: there was a free slot
)

// waiter is a caller in line. All but told is guarded by Pool.mu while it is in the
// queue. Whoever takes it out owes it exactly one message: a slot, or a reason. The waiter
// takes itself out when its context ends, and then owes itself none. Before that message
// may come one tellLook.
type waiter struct {
	slot    int32 // the only one that it takes, or -1
	class   int
	session uint64
	inQueue bool
	ticket  uint64        // counts up in the order of arrival
	since   time.Duration // from Pool.born
	ends    time.Duration // when its context does, from Pool.born
	line    *line
	flow    *flow
	told    chan int32 // capacity 2: telling never blocks

	arrival links[waiter] // of all in the queue, or of those cut out of it
	inClass links[waiter]
	inFlow  links[waiter]
}

func byArrival(w *waiter) *links[waiter] { return &w.arrival }
func byClass(w *waiter) *links[waiter]   { return &w.inClass }
func byFlow(w *waiter) *links[waiter]    { return &w.inFlow }

const never = time.Duration(math.MaxInt64)

func (p *Pool) newWaiter(ctx context.Context, r *Request) *waiter {
	w, _ := p.waiters.Get().(*waiter)
	if w == nil {
		w = &waiter{told: make(chan int32, 2)}
	}
	w.slot, w.class, w.session, w.ends = -1, r.Class.index(), r.Session, never
	if r.Only {
		w.slot = r.Hint
	}
	if d, ok := ctx.Deadline(); ok {
		w.ends = d.Sub(p.born)
	}
	return w
}

// retire counts how long w waited and keeps it for the next caller. It is out
// of the queue and its channel is empty.
func (p *Pool) retire(w *waiter) time.Duration {
	waited := p.now() - w.since
	p.waited.Add(int64(waited))
	p.waits.Record(waited, 1)
	w.line, w.flow = nil, nil
	p.waiters.Put(w)
	return waited
}

// now is the monotonic time since the pool was made.
func (p *Pool) now() time.Duration { return time.Since(p.born) }
