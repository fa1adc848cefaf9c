package pool

import (
	"context"
	"time"
)

// What a waiter is told instead of a slot.
const (
	tellExpired int32 = -1 - iota
	tellClosed
)

// waiter is a caller in line. Its links, and whether it is in the queue, are
// guarded by Pool.mu. Whoever takes it out of the queue owes it exactly one
// message: a slot, or a reason. The waiter takes itself out when its context
// ends, and then owes itself none.
type waiter struct {
	prev, next *waiter
	inQueue    bool
	slot       int32  // the only one that it takes, or -1
	ticket     uint64 // counts up in the order of the queue
	inLine     struct{ prev, next *waiter }
	since      time.Duration // from Pool.born, taken just before it stood in line
	told       chan int32    // capacity 1: telling never blocks
}

// queue is a doubly linked list of waiters, oldest first. The zero value is
// empty. Guarded by Pool.mu.
type queue struct {
	head, tail *waiter
	len        int
}

func (q *queue) push(w *waiter) {
	w.prev, w.next, w.inQueue = q.tail, nil, true
	if q.tail == nil {
		q.head = w
	} else {
		q.tail.next = w
	}
	q.tail = w
	q.len++
}

func (q *queue) remove(w *waiter) {
	if w.prev == nil {
		q.head = w.next
	} else {
		w.prev.next = w.next
	}
	if w.next == nil {
		q.tail = w.prev
	} else {
		w.next.prev = w.prev
	}
	w.prev, w.next, w.inQueue = nil, nil, false
	q.len--
}

// line holds the waiters of the queue that take the same slots, oldest first: any slot,
// or one. The zero value is empty. Guarded by Pool.mu.
type line struct{ head, tail *waiter }

func (l *line) push(w *waiter) {
	w.inLine.prev, w.inLine.next = l.tail, nil
	if l.tail == nil {
		l.head = w
	} else {
		l.tail.inLine.next = w
	}
	l.tail = w
}

func (l *line) remove(w *waiter) {
	if w.inLine.prev == nil {
		l.head = w.inLine.next
	} else {
		w.inLine.prev.inLine.next = w.inLine.next
	}
	if w.inLine.next == nil {
		l.tail = w.inLine.prev
	} else {
		w.inLine.next.inLine.prev = w.inLine.prev
	}
	w.inLine.prev, w.inLine.next = nil, nil
}

// lineOf returns the line that waiters for a slot stand in. Called with mu held.
func (p *Pool) lineOf(slot int32) *line {
	if slot < 0 {
		return &p.common
	}
	if p.pinned == nil {
		p.pinned = make([]line, len(p.slots))
	}
	return &p.pinned[slot]
}

// next returns the first in the queue that takes a slot, or nil. Called with mu held.
func (p *Pool) next(slot int32) *waiter {
	if p.pinned == nil || p.pinned[slot].head == nil {
		return p.common.head
	}
	only := p.pinned[slot].head
	if any := p.common.head; any != nil && any.ticket < only.ticket {
		return any
	}
	return only
}

func (p *Pool) acquireSlow(ctx context.Context, slot int32) (int32, error) {
	if err := ctx.Err(); err != nil {
		return -1, p.refuse(err, 0)
	}
	// Refusing is the commonest thing a drowning pool does: no lock for it.
	if p.waiting() >= p.limit && !p.closed() {
		if slot, ok := p.spare(slot); ok {
			return slot, nil
		}
		return -1, p.refuseSaturated()
	}
	w := p.newWaiter(slot)
	if slot, err := p.enqueue(w); slot >= 0 || err != nil {
		p.waiters.Put(w)
		return slot, err
	}
	if ctx.Done() == nil {
		return p.heard(w, <-w.told)
	}
	select {
	case told := <-w.told:
		return p.heard(w, told)
	case <-ctx.Done():
		return p.leave(ctx, w)
	}
}

// spare takes a slot that nobody waits for: all in line may be waiting for others. No
// lock if all are busy.
func (p *Pool) spare(slot int32) (int32, bool) {
	if slot >= 0 {
		return slot, false // it was looked at
	}
	slot, ok := takeAny(p.slots)
	if !ok {
		return -1, false
	}
	p.mu.Lock()
	owed := p.closed() || p.next(slot) != nil
	p.mu.Unlock()
	if owed {
		p.giveBack(slot)
		return -1, false
	}
	return slot, true
}

func (p *Pool) refuseSaturated() error {
	p.saturated.Add(1)
	return p.refuse(ErrSaturated, 0)
}

// enqueue puts w in line, unless there is a slot for it at once or an error;
// with neither it returns -1 and nil.
func (p *Pool) enqueue(w *waiter) (int32, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed() {
		return -1, p.refuse(ErrClosed, 0)
	}
	if p.queue.len >= p.limit {
		return -1, p.refuseSaturated()
	}
	p.tickets++
	w.ticket = p.tickets
	p.queue.push(w)
	p.lineOf(w.slot).push(w)
	p.publish()
	if slot, ok := p.lookAgain(w); ok {
		p.dequeue(w)
		return slot, nil
	}
	p.queued++
	p.arm(p.timeout)
	return -1, nil
}

// lookAgain is for a waiter that stands in line, so that releases can see it: a slot
// may have come free just before. Of those who take any slot only the first need look,
// because each free one is owed to it already. Called with mu held.
func (p *Pool) lookAgain(w *waiter) (int32, bool) {
	if w.slot >= 0 {
		return w.slot, p.next(w.slot) == w && p.slots[w.slot].take()
	}
	if p.common.head != w {
		return -1, false
	}
	return takeAny(p.slots)
}

// dequeue takes w out of line. Called with mu held.
func (p *Pool) dequeue(w *waiter) {
	p.queue.remove(w)
	p.lineOf(w.slot).remove(w)
	p.publish()
}

// publish shows the queue's length to callers that hold no lock. Called with
// mu held, after each change of the queue.
func (p *Pool) publish() {
	p.gate.Store(p.gate.Load()&closedBit | uint64(p.queue.len))
}

// handOver gives a slot that the caller has just freed to the first in line who takes it.
// If the slot is taken meanwhile, then whoever took it owes it to the queue.
func (p *Pool) handOver(slot int32) {
	p.mu.Lock()
	if p.closed() {
		p.checkDrained()
	}
	w := p.next(slot)
	if w == nil || !p.slots[slot].take() {
		p.mu.Unlock()
		return
	}
	p.dequeue(w)
	p.mu.Unlock()
	w.told <- slot
}

// heard turns what a waiter was told into its answer.
func (p *Pool) heard(w *waiter, told int32) (int32, error) {
	waited := p.retire(w)
	switch told {
	case tellExpired:
		return -1, p.refuse(ErrQueueTimeout, waited)
	case tellClosed:
		return -1, p.refuse(ErrClosed, waited)
	}
	return told, nil
}

// leave takes a waiter whose context has ended out of line. If somebody else
// was faster, its message is on the way: a slot is passed on, a reason stands.
func (p *Pool) leave(ctx context.Context, w *waiter) (int32, error) {
	p.mu.Lock()
	inQueue := w.inQueue
	if inQueue {
		p.dequeue(w)
		p.canceled++
	}
	p.mu.Unlock()
	if !inQueue {
		told := <-w.told
		if told < 0 {
			return p.heard(w, told)
		}
		p.passOn(told)
	}
	return -1, p.refuse(ctx.Err(), p.retire(w))
}

// passOn gives away a slot that came too late for its waiter.
func (p *Pool) passOn(slot int32) {
	p.mu.Lock()
	p.canceled++
	p.mu.Unlock()
	p.giveBack(slot)
}

func (p *Pool) newWaiter(slot int32) *waiter {
	w, _ := p.waiters.Get().(*waiter)
	if w == nil {
		w = &waiter{told: make(chan int32, 1)}
	}
	w.since, w.slot = p.now(), slot
	return w
}

// retire counts how long w waited and keeps it for the next caller. It is out
// of the queue and its channel is empty.
func (p *Pool) retire(w *waiter) time.Duration {
	waited := p.now() - w.since
	p.waited.Add(int64(waited))
	p.waiters.Put(w)
	return waited
}

// now is the monotonic time since the pool was made.
func (p *Pool) now() time.Duration { return time.Since(p.born) }
