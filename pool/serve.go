package pool

import "time"

// patience is how long a waiter lets newcomers pass that find a slot free. It keeps calls
// that are short from waking somebody each: whoever runs takes the slot that it finds,
// until those in line have waited for so long; then they are served one after the other.
const patience = time.Millisecond

// freed is for a slot that the caller has just freed while somebody waits, or while
// the slot is down.
func (p *Pool) freed(slot int32) {
	g := p.gate.Load()
	if g&(closedBit|strictBit) == 0 && g&wokenBit != 0 && !p.slots[slot].flagged() {
		return // who was woken looks at the slots after it has taken this bit away
	}
	p.handOver(slot)
}

// handOver gives a slot that was freed to whose turn it is, or wakes them to come for
// it. If the slot is taken meanwhile, then whoever took it has to see to that.
func (p *Pool) handOver(slot int32) {
	p.mu.Lock()
	p.seen = p.now()
	if p.closed() {
		p.checkDrained()
	}
	p.checkEmptied(slot)
	w := p.offer(slot)
	p.settle()
	p.mu.Unlock()
	if w != nil {
		w.told <- slot
	}
}

// offer is handOver for who holds mu: it returns who is to be told of the slot, or nil.
func (p *Pool) offer(slot int32) *waiter {
	s := &p.slots[slot]
	word := s.word.Load()
	if word&(heldBit|downBit) != 0 {
		return nil
	}
	if !p.strict && word&wantedBit == 0 {
		p.wake()
		return nil
	}
	if p.woken != nil {
		p.serve() // there may be others for those who take any
	}
	if !s.takeOwed() {
		return nil
	}
	w := p.next(slot)
	if w == nil {
		s.untake()
		return nil
	}
	p.grant(w)
	return w
}

// wake tells whose turn it is to look for a slot, unless somebody was told and has not
// looked yet. Called with mu held.
func (p *Pool) wake() {
	if p.woken == nil && p.common.len > 0 {
		p.woken = p.common.first()
		p.woken.told <- tellLook
	}
}

// look is what a waiter does when it is woken: it serves all who can be, itself perhaps.
func (p *Pool) look(w *waiter) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.woken == w {
		p.woken = nil
		p.unserved = true
		p.seen = p.now()
		p.settle()
	}
}

// settle ends each section under mu that has changed the queue. The slots are looked at
// only after the gate shows who waits: who frees one later sees them.
func (p *Pool) settle() {
	p.publish()
	for p.unserved {
		p.unserved = false
		p.serve()
		p.publish()
	}
	p.arm()
}

// publish shows the queue to callers that hold no lock.
func (p *Pool) publish() {
	g := p.gate.Load()&closedBit | uint64(p.queue.len)
	for c := range p.common.classes {
		if p.common.classes[c].all.len > 0 {
			g |= lowBit << c
		}
	}
	if p.woken != nil {
		g |= wokenBit
	}
	w := p.common.oldest()
	if p.strict = w != nil && p.seen-w.since >= patience; p.strict {
		g |= strictBit
	}
	p.gate.Store(g)
}

// serve gives free slots to those in line.
func (p *Pool) serve() {
	for p.common.len > 0 {
		slot, ok := p.takeAny()
		if !ok {
			return
		}
		w := p.next(slot)
		if w == nil {
			p.slots[slot].untake()
			return
		}
		p.grant(w)
		w.told <- slot
	}
}

// grant takes w, who gets a slot, out of line.
func (p *Pool) grant(w *waiter) {
	if w.slot < 0 {
		p.pace.granted(p.seen)
	}
	turn(w)
	p.dequeue(w)
}

// next returns whose turn it is on a slot, which is held, or nil. Those who would not end
// in time are sent away. Called with mu held.
func (p *Pool) next(slot int32) *waiter {
	for {
		w := p.turnOn(slot)
		if w == nil || !p.late(w) {
			return w
		}
		p.shed++
		p.dequeue(w)
		w.told <- tellHopeless
	}
}

// everyEighth of a slot's calls goes to who has waited longest, whatever its class and
// its session: so that nobody waits for ever.
const everyEighth = 8

func (p *Pool) turnOn(slot int32) *waiter {
	var mine *line
	if p.pinned != nil {
		mine = p.pinned[slot]
	}
	if ended(p.slots[slot].word.Load())%everyEighth == everyEighth-1 {
		return older(p.common.oldest(), mine.oldest())
	}
	return before(p.common.first(), mine.first())
}

// before is the one of the higher class, or the older one.
func before(a, b *waiter) *waiter {
	if a == nil || b == nil || a.class == b.class {
		return older(a, b)
	}
	if a.class > b.class {
		return a
	}
	return b
}
