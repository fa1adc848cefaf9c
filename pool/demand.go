package pool

import "time"

// Demand returns a channel that gets a value when somebody has joined the queue, for who
// starts workers when they are needed; see [Config.Elastic]. It holds one value: look at
// [Pool.Longest] for how many wait.
func (p *Pool) Demand() <-chan struct{} { return p.demand }

// demanded tells that somebody waits. Called with mu held.
func (p *Pool) demanded() {
	if p.demand == nil {
		return
	}
	select {
	case p.demand <- struct{}{}:
	default:
	}
}

// Longest is how many callers wait now, and how long the first of them has.
func (p *Pool) Longest() (callers int, waited time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.queue.head == nil {
		return 0, 0
	}
	return p.queue.len, p.now() - p.queue.head.since
}
