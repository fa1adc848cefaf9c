package pool

import (
	"math"
	"time"
)

// One timer serves the whole queue: it rings when the first waiter's time is over, and
// when the oldest has let newcomers pass for long enough. Nobody touches it when the one
// that it runs for leaves early; it may then ring for nothing, at most once per
// millisecond.

// arm starts the timer unless it rings early enough. Called with mu held.
func (p *Pool) arm() {
	at := never
	if w := p.queue.head; w != nil && p.timeout != math.MaxInt64 {
		at = w.since + p.timeout
	}
	if w := p.common.oldest(); w != nil && !p.strict {
		at = min(at, w.since+patience)
	}
	if at >= p.rings {
		return
	}
	p.rings = at
	d := at - p.now()
	if p.timer == nil {
		p.timer = time.AfterFunc(d, p.tick)
		return
	}
	p.timer.Reset(d)
}

// tick sends away the waiters whose time is over, and shuts the gate for newcomers when
// they have passed somebody for long enough. The timer calls it.
func (p *Pool) tick() {
	p.mu.Lock()
	p.rings = never
	p.seen = p.now()
	gone := p.cut(func(w *waiter) bool { return p.seen-w.since >= p.timeout })
	p.expired += uint64(gone.len)
	p.settle()
	p.mu.Unlock()
	tell(gone, tellExpired)
}

// cut takes the waiters out of the front of the queue for which out holds. Called with
// mu held.
func (p *Pool) cut(out func(*waiter) bool) (gone list[waiter]) {
	for w := p.queue.head; w != nil && out(w); w = p.queue.head {
		p.dequeue(w)
		gone.push(w, byArrival)
	}
	return gone
}

// tell gives the reason to waiters that were cut out. It needs no lock: they
// are the caller's until told, and not a moment longer.
func tell(gone list[waiter], reason int32) {
	for w := gone.head; w != nil; {
		next := w.arrival.next
		w.told <- reason
		w = next
	}
}
