package pool

import (
	"math"
	"time"
)

// One timer serves the whole queue. All waiters have the same timeout, so they
// expire in the order in which they stand: the timer runs for the first of
// them, and nobody touches it when that one leaves early. It may then ring for
// nothing, at most once per timeout. (A waiter reads the clock before it takes
// the lock, so neighbours may stand in the wrong order by as much as one of
// them waited for the lock; the younger then holds up the older by that much.)

// arm starts the timer unless it runs. Called with mu held.
func (p *Pool) arm(d time.Duration) {
	if p.armed || p.timeout == math.MaxInt64 {
		return
	}
	p.armed = true
	if p.timer == nil {
		p.timer = time.AfterFunc(d, p.expire)
		return
	}
	p.timer.Reset(d)
}

// expire sends away the waiters whose time is over and runs the timer for the
// next one. The timer calls it.
func (p *Pool) expire() {
	p.mu.Lock()
	p.armed = false
	now := p.now()
	gone := p.cut(func(w *waiter) bool { return now-w.since >= p.timeout })
	p.expired += uint64(gone.len)
	p.publish()
	if w := p.queue.head; w != nil {
		p.arm(p.timeout - (now - w.since))
	}
	p.mu.Unlock()
	gone.tell(tellExpired)
}

// cut takes the waiters out of the front of the queue for which out holds. Called with
// mu held.
func (p *Pool) cut(out func(*waiter) bool) (gone queue) {
	for w := p.queue.head; w != nil && out(w); w = p.queue.head {
		p.queue.remove(w)
		p.lineOf(w.slot).remove(w)
		gone.push(w)
		w.inQueue = false
	}
	return gone
}

// tell gives the reason to waiters that were cut out. It needs no lock: they
// are the caller's until told, and not a moment longer.
func (q queue) tell(reason int32) {
	for w := q.head; w != nil; {
		next := w.next
		w.told <- reason
		w = next
	}
}
