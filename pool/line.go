package pool

// line holds the waiters that take the same slots: any, or one. Guarded by Pool.mu.
type line struct {
	slot    int32 // the one, or -1
	classes [classes]rank
	len     int
}

// rank is the waiters of one class in a line.
type rank struct {
	all    list[waiter] // oldest first
	turns  list[flow]   // whose turn it is next first
	anyone flow         // those of no session
}

// flow is the waiters of one session in a rank, oldest first.
type flow struct {
	key     flowKey
	waiters list[waiter]
	turn    links[flow]
}

type flowKey struct {
	slot    int32
	class   int
	session uint64
}

func byTurn(f *flow) *links[flow] { return &f.turn }

// first is whose turn it is: of the highest class, of the session that has waited for
// its turn longest, who came first. A line that is nil is empty.
func (l *line) first() *waiter {
	if l == nil {
		return nil
	}
	for c := classes - 1; c >= 0; c-- {
		if f := l.classes[c].turns.head; f != nil {
			return f.waiters.head
		}
	}
	return nil
}

// oldest is who has waited longest.
func (l *line) oldest() *waiter {
	if l == nil {
		return nil
	}
	var w *waiter
	for c := range l.classes {
		w = older(w, l.classes[c].all.head)
	}
	return w
}

// older is the one that came first; nil comes after all.
func older(a, b *waiter) *waiter {
	if a == nil || b != nil && b.ticket < a.ticket {
		return b
	}
	return a
}

// ahead is how many would be served before a newcomer if nobody else came: those of
// higher classes, and of its own at most as many from each session as its own session has.
func (l *line) ahead(class int, f *flow) int {
	n := 0
	for c := class + 1; c < classes; c++ {
		n += l.classes[c].all.len
	}
	r := &l.classes[class]
	mine, flows := 0, r.turns.len
	if f != nil {
		mine = f.waiters.len
	}
	if mine == 0 {
		flows++
	}
	return n + min(r.all.len, (mine+1)*flows-1)
}

// lineOf returns the line that waiters for a slot stand in.
func (p *Pool) lineOf(slot int32) *line {
	if slot < 0 {
		return &p.common
	}
	if p.pinned == nil {
		p.pinned = make([]*line, len(p.slots))
	}
	if p.pinned[slot] == nil {
		p.pinned[slot] = &line{slot: slot}
	}
	return p.pinned[slot]
}

// findFlow returns the flow of a key, or nil; that of no session always.
func (p *Pool) findFlow(l *line, class int, session uint64) *flow {
	if session == 0 {
		return &l.classes[class].anyone
	}
	return p.flows[flowKey{l.slot, class, session}]
}

// push puts w in its line.
func (p *Pool) push(w *waiter) {
	l := p.lineOf(w.slot)
	f := p.findFlow(l, w.class, w.session)
	if f == nil {
		f = p.newFlow(flowKey{l.slot, w.class, w.session})
	}
	w.line, w.flow = l, f
	r := &l.classes[w.class]
	if f.waiters.len == 0 {
		r.turns.push(f, byTurn)
	}
	f.waiters.push(w, byFlow)
	r.all.push(w, byClass)
	l.len++
}

// pull takes w out of its line.
func (p *Pool) pull(w *waiter) {
	r, f := &w.line.classes[w.class], w.flow
	w.line.len--
	r.all.remove(w, byClass)
	f.waiters.remove(w, byFlow)
	if f.waiters.len > 0 {
		return
	}
	r.turns.remove(f, byTurn)
	if f.key.session != 0 {
		delete(p.flows, f.key)
		p.idle.push(f, byTurn)
	}
}

// turn is for a waiter about to be served: its session's next one comes after those of
// the others.
func turn(w *waiter) {
	if turns := &w.line.classes[w.class].turns; turns.head == w.flow {
		turns.remove(w.flow, byTurn)
		turns.push(w.flow, byTurn)
	}
}

func (p *Pool) newFlow(key flowKey) *flow {
	f := p.idle.head
	if f == nil {
		f = new(flow)
	} else {
		p.idle.remove(f, byTurn)
	}
	f.key = key
	if p.flows == nil {
		p.flows = map[flowKey]*flow{}
	}
	p.flows[key] = f
	return f
}
