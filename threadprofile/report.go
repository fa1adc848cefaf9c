package threadprofile

import (
	"time"

	"github.com/gosnakepit/snakepit/cgo"
	"github.com/gosnakepit/snakepit/embed"
	"github.com/gosnakepit/snakepit/profile"
)

// report notes that the call is stuck.
func (p *pursuit) report() {
	stack := p.in.stackOf(p.key, p.guard.Thread())
	s := &profile.Stuck{Slot: int(p.slot), Target: p.target, Since: p.since, Stack: stack}
	p.mu.Lock()
	p.stuck = s
	p.mu.Unlock()
	p.in.stuck.Add(s)
	p.in.spec.Logger.Error("snakepit: a call does not end, though nobody waits for it any more; its worker is not free",
		"pool", p.in.spec.Pool, "worker", p.slot, "call", p.target, "for", time.Since(p.since).Round(time.Millisecond), "stack", stack)
}

// stackOf asks Python where a call is.
func (in *instance) stackOf(key, thread uint64) string {
	f, err := in.python.Function("stack")
	if err != nil {
		return ""
	}
	defer f.Release()
	v, _ := embed.Ask(cgo.Call, f, key, thread)
	stack, _ := v.(string)
	return stack
}

// replace puts another lane, and a new worker, in the place of the stuck one.
func (p *pursuit) replace() bool {
	p.mu.Lock()
	if p.done {
		p.mu.Unlock()
		return false
	}
	p.replacing = true
	p.mu.Unlock()
	q, err := p.in.quarantine(p.slot, p.what)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.replacing = false
	if err != nil {
		p.in.spec.Logger.Error("snakepit: a stuck worker could not be replaced", "pool", p.in.spec.Pool, "worker", p.slot, "err", err)
		if p.done {
			close(p.free)
		}
		return false
	}
	p.in.stuck.Replace(p.stuck)
	go func() {
		<-p.over
		p.in.release(q)
		<-p.in.places
	}()
	close(p.free)
	if p.lost != nil {
		p.lost()
	}
	return true
}

// ended notes that a call which was stuck has ended after all.
func (p *pursuit) ended() {
	if p.stuck == nil {
		return
	}
	p.in.stuck.End(p.stuck)
	p.in.spec.Logger.Warn("snakepit: a call that was stuck has ended", "pool", p.in.spec.Pool, "worker", p.slot,
		"call", p.target, "after", time.Since(p.since).Round(time.Millisecond))
}
