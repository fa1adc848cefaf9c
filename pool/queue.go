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

func (p *Pool) acquireSlow(ctx context.Context) (int32, error) {
	if err := ctx.Err(); err != nil {
		return -1, p.refuse(err, 0)
	}
	// Refusing is the commonest thing a drowning pool does: no lock for it.
	if p.waiting() >= p.limit && !p.closed() {
		return -1, p.refuseSaturated()
	}
	w := p.newWaiter()
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
	p.queue.push(w)
	p.publish()
	// The first in line looks once more, now that releases can see it. Those
	// behind it need not: each free slot is owed to the queue already.
	if p.queue.len == 1 {
		if slot, ok := takeAny(p.slots); ok {
			p.dequeue(w)
			return slot, nil
		}
	}
	p.queued++
	p.arm(p.timeout)
	return -1, nil
}

// dequeue takes w out of line. Called with mu held.
func (p *Pool) dequeue(w *waiter) {
	p.queue.remove(w)
	p.publish()
}

// publish shows the queue's length to callers that hold no lock. Called with
// mu held, after each change of the queue.
func (p *Pool) publish() {
	p.gate.Store(p.gate.Load()&closedBit | uint64(p.queue.len))
}

// handOver gives a slot that the caller has just freed to the first in line.
// If the slot is taken meanwhile, then whoever took it owes it to the queue.
func (p *Pool) handOver(slot int32) {
	p.mu.Lock()
	if p.closed() {
		p.checkDrained()
	}
	w := p.queue.head
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

func (p *Pool) newWaiter() *waiter {
	w, _ := p.waiters.Get().(*waiter)
	if w == nil {
		w = &waiter{told: make(chan int32, 1)}
	}
	w.since = p.now()
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
