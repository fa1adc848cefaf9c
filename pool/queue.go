package pool

import "context"

// acquireSlow waits in line.
func (p *Pool) acquireSlow(ctx context.Context, r Request) (int32, error) {
	if err := ctx.Err(); err != nil {
		return -1, p.refuse(err, 0)
	}
	// Refusing is the commonest thing a drowning pool does: no lock for it.
	if g := p.gate.Load(); g&closedBit == 0 && int(g&countMask) >= p.limit && g&below[r.Class.index()] == 0 {
		return -1, p.refuseSaturated()
	}
	w := p.newWaiter(ctx, &r)
	if slot, err := p.enqueue(w); slot >= 0 || err != nil {
		p.waiters.Put(w)
		return slot, err
	}
	for done := ctx.Done(); ; {
		told, left := hear(w, done)
		switch {
		case left:
			return p.leave(ctx, w)
		case told == tellLook:
			p.look(w)
		default:
			return p.heard(w, told)
		}
	}
}

func hear(w *waiter, done <-chan struct{}) (told int32, left bool) {
	if done == nil {
		return <-w.told, false
	}
	select {
	case told = <-w.told:
		return told, false
	case <-done:
		return 0, true
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
	p.seen = p.now()
	w.since = p.seen
	if p.hopeless(w) {
		p.shed++
		return -1, p.refuse(errHopeless, 0)
	}
	if p.queue.len >= p.limit && !p.displace(w.class) {
		return -1, p.refuseSaturated()
	}
	p.join(w)
	slot, ok := p.lookAgain(w)
	if !ok {
		p.queued++
	}
	p.settle()
	return slot, nil
}

// displace makes room in a full queue for a higher class than is the lowest there: its
// youngest has to go. Called with mu held.
func (p *Pool) displace(class int) bool {
	for c := range class {
		if w := p.common.classes[c].all.tail; w != nil {
			p.saturated.Add(1)
			p.dequeue(w)
			w.told <- tellDisplaced
			return true
		}
	}
	return false
}

// join puts w in line and shows it to releases. Called with mu held.
func (p *Pool) join(w *waiter) {
	p.tickets++
	w.ticket, w.inQueue = p.tickets, true
	p.queue.push(w, byArrival)
	p.push(w)
	if w.slot >= 0 {
		p.slots[w.slot].word.Or(wantedBit)
	} else if p.common.len == 1 {
		p.pace.begin(p.seen)
	}
	p.publish()
	p.demanded()
}

// lookAgain is for a waiter that stands in line, so that releases can see it: a slot
// may have come free just before. Of those who take any slot only the first need look,
// because for others releases saw somebody wait already. Called with mu held.
func (p *Pool) lookAgain(w *waiter) (int32, bool) {
	if w.slot >= 0 {
		switch first := p.offer(w.slot); first {
		case nil:
		case w:
			return w.slot, true
		default:
			first.told <- w.slot
		}
		return -1, false
	}
	if p.common.len > 1 {
		return -1, false
	}
	slot, ok := p.takeAny()
	if ok {
		p.dequeue(w)
	}
	return slot, ok
}

// dequeue takes w out of line. Called with mu held; settle has to follow.
func (p *Pool) dequeue(w *waiter) {
	w.inQueue = false
	p.queue.remove(w, byArrival)
	p.pull(w)
	if w.slot >= 0 && w.line.len == 0 {
		p.slots[w.slot].word.And(^uint64(wantedBit))
	}
	if p.woken == w { // it will not look
		p.woken = nil
		p.unserved = true
	}
}

// heard turns what a waiter was told into its answer.
func (p *Pool) heard(w *waiter, told int32) (int32, error) {
	waited := p.retire(w)
	switch told {
	case tellExpired:
		return -1, p.refuse(ErrQueueTimeout, waited)
	case tellClosed:
		return -1, p.refuse(ErrClosed, waited)
	case tellDisplaced:
		return -1, p.refuse(errDisplaced, waited)
	case tellHopeless:
		return -1, p.refuse(errHopeless, waited)
	}
	return told, nil
}

// leave takes a waiter whose context has ended out of line. If somebody else
// was faster, its message is on the way: a slot is passed on, a reason stands.
func (p *Pool) leave(ctx context.Context, w *waiter) (int32, error) {
	p.mu.Lock()
	inQueue := w.inQueue
	if inQueue {
		p.canceled++
		p.dequeue(w)
		p.settle()
	}
	p.mu.Unlock()
	if inQueue {
		select {
		case <-w.told: // to look, which settle has done
		default:
		}
		return -1, p.refuse(ctx.Err(), p.retire(w))
	}
	told := <-w.told
	if told == tellLook {
		told = <-w.told
	}
	if told < 0 {
		return p.heard(w, told)
	}
	p.passOn(told)
	return -1, p.refuse(ctx.Err(), p.retire(w))
}

// passOn gives away a slot that came too late for its waiter.
func (p *Pool) passOn(slot int32) {
	p.mu.Lock()
	p.canceled++
	p.mu.Unlock()
	p.giveBack(slot)
}
