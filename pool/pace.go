package pool

import "time"

// pace is how fast the queue gets shorter at its front: the mean time from one caller
// that is served to the next while somebody waits. It sees what the slots, those that
// are down, newcomers that pass and the calls' own times come to together, and costs the
// fast path nothing. The zero value knows nothing. Guarded by Pool.mu.
type pace struct {
	mean time.Duration
	n    int           // measured, up to paceKnown
	last time.Duration // when somebody was served last, or began to wait before all others
}

const (
	paceKnown  = 16          // measurements before anybody is refused for it
	paceWeight = 32          // of the mean against a new one
	paceClamp  = 8           // times the mean is the most that one counts
	paceForget = time.Second // without anybody waiting; then all may be different
)

// begin is for the first in a queue that was empty.
func (c *pace) begin(now time.Duration) {
	if now-c.last > paceForget {
		c.n = 0
	}
	c.last = now
}

func (c *pace) granted(now time.Duration) {
	took := now - c.last
	c.last = now
	if c.n < paceKnown {
		c.mean = (c.mean*time.Duration(c.n) + took) / time.Duration(c.n+1)
		c.n++
		return
	}
	took = min(took, paceClamp*c.mean+time.Microsecond)
	c.mean += (took - c.mean) / paceWeight
}

// wait is how long it takes until somebody is served with so many ahead; false: unknown.
// A slot may be long in coming, which must count once and not for each of them.
func (c *pace) wait(ahead int, now time.Duration) (time.Duration, bool) {
	return max(c.mean, now-c.last) + time.Duration(ahead)*c.mean, c.n >= paceKnown
}

// hopeless reports whether a newcomer would most likely wait in vain: until its context
// has no time left for the call, or the queue timeout. Whoever has fewer ahead than there
// are slots may try in any case; they also keep the pace known. Called with mu held.
func (p *Pool) hopeless(w *waiter) bool {
	if p.patient || w.slot >= 0 {
		return false
	}
	ahead := p.common.ahead(w.class, p.findFlow(&p.common, w.class, w.session))
	if ahead < len(p.slots) {
		return false
	}
	wait, known := p.pace.wait(ahead, p.seen)
	return known && wait > min(w.ends-p.seen-p.need(w), p.timeout)
}

// late reports whether a waiter whose turn has come would most likely not end in time, so
// that the slot is better given to another. Called with mu held.
func (p *Pool) late(w *waiter) bool {
	return !p.patient && w.slot < 0 && p.common.len > 1 && p.pace.n >= paceKnown && w.ends-p.seen < p.need(w)
}

// need is how much of its time a caller wants to have left when its call begins: four
// times what calls take on average, which is as much as all but one or two of a hundred
// take even where their times vary wildly; and a third of what it came with if that is
// less, because its call may be shorter than others.
func (p *Pool) need(w *waiter) time.Duration {
	took := p.pace.mean * time.Duration(len(p.slots)-p.down)
	return min(4*took, (w.ends-w.since)/3)
}
