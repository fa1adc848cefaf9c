package pool

import "math/rand/v2"

// Share says that there are fewer workers than slots: slot s belongs to worker
// s % workers. From then on a caller that has a choice gets a slot of the worker that
// runs the fewest calls, after its hint and the other slots of the hint's worker. To be
// called before the pool is used, if at all.
func (p *Pool) Share(workers int) {
	if workers > 0 && workers < len(p.slots) {
		p.workers = workers
	}
}

// takeAny takes a free slot. It may miss one that comes free while it looks.
func (p *Pool) takeAny() (int32, bool) {
	if p.workers > 0 {
		for range 3 { // another may be faster
			slot := p.lightest()
			if slot < 0 {
				return -1, false
			}
			if p.slots[slot].take() {
				return slot, true
			}
		}
	}
	return takeAny(p.slots, p.from(len(p.slots)))
}

// from is where to begin looking among n: anywhere, so that callers spread, or at the
// first. The random number comes from the runtime's per-thread source: nothing shared is
// written.
func (p *Pool) from(n int) uint32 {
	if p.compact {
		return 0
	}
	return uint32(uint64(rand.Uint32()) * uint64(n) >> 32)
}

// takeAny looks at all slots, from one on.
func takeAny(slots []slot, start uint32) (int32, bool) {
	n := uint32(len(slots))
	for i := range n {
		at := start + i
		if at >= n {
			at -= n
		}
		if slots[at].take() {
			return int32(at), true
		}
	}
	return -1, false
}

// lightest is a free slot of the worker that runs the fewest calls, or -1.
func (p *Pool) lightest() int32 {
	best, least := int32(-1), len(p.slots)
	start := int(p.from(p.workers))
	for i := range p.workers {
		free, held := p.loadOf((start + i) % p.workers)
		if free >= 0 && held < least {
			best, least = free, held
		}
		if best >= 0 && least == 0 {
			break
		}
	}
	return best
}

// loadOf counts the calls of a worker and finds a free slot of it, or -1.
func (p *Pool) loadOf(worker int) (free int32, held int) {
	free = -1
	for s := worker; s < len(p.slots); s += p.workers {
		switch w := p.slots[s].word.Load(); {
		case isHeld(w):
			held++
		case w&flagBits == 0:
			free = int32(s)
		}
	}
	return free, held
}

// takeNear takes the hinted slot, or another one of its worker.
func (p *Pool) takeNear(hint int32) (int32, bool) {
	if uint32(hint) >= uint32(len(p.slots)) {
		return -1, false
	}
	if p.slots[hint].take() {
		return hint, true
	}
	if p.workers == 0 {
		return -1, false
	}
	for s := int(hint) % p.workers; s < len(p.slots); s += p.workers {
		if p.slots[s].take() {
			return int32(s), true
		}
	}
	return -1, false
}
