package child

import (
	"context"
	"fmt"
	"syscall"
	"time"
)

// Stop ends the process: it waits for a child that was asked to leave, then closes
// its life pipe, then sends SIGTERM and at last SIGKILL to its group, each after its
// limit. It returns nil once Exited is closed, at once if it was. When ctx ends,
// SIGKILL comes now; Stop still waits for the end. It returns an error only if the
// process outlives SIGKILL: see Limits.Kill. Several calls share one descent.
func (p *Process) Stop(ctx context.Context) error {
	p.mu.Lock()
	if !p.asked {
		p.asked, p.step = true, "it left when asked"
	}
	p.mu.Unlock()
	p.ladder.Do(func() { go p.descend() })
	select {
	case <-p.descended:
	case <-ctx.Done():
		p.hurryOnce.Do(func() { close(p.hurry) })
		<-p.descended
	}
	select {
	case <-p.exited:
		return nil
	default:
		return fmt.Errorf("child: process %d of pool %q, slot %d, is still there %v after SIGKILL: it hangs in the kernel",
			p.pid, p.config.Pool, p.config.Slot, p.config.Limits.Kill)
	}
}

// Kill sends SIGKILL to the group and returns. The exit will be of class Killed, for
// this reason, unless Stop was called before. Only the first reason counts.
func (p *Process) Kill(reason string) {
	p.mu.Lock()
	if p.why == "" && !p.asked {
		p.why = reason
	}
	p.mu.Unlock()
	_ = p.signal(syscall.SIGKILL)
}

// descend goes down the ladder until the process has ended.
func (p *Process) descend() {
	defer close(p.descended)
	limits := p.config.Limits
	if p.leaves(limits.Leave) {
		return
	}
	p.note("its life pipe was closed")
	p.closeLife()
	if p.leaves(limits.Close) {
		return
	}
	p.note("SIGTERM")
	_ = p.signal(syscall.SIGTERM)
	_ = p.signal(sigcont) // a stopped process takes no SIGTERM
	if p.leaves(limits.Term) {
		return
	}
	p.note("SIGKILL")
	_ = p.signal(syscall.SIGKILL)
	p.wait(2*limits.Kill + 2*drain) // the process, what it leaves behind, its output
}

// leaves waits for the end of the process; not in a hurry.
func (p *Process) leaves(limit time.Duration) bool {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-p.exited:
		return true
	case <-p.hurry:
	case <-timer.C:
	}
	return false
}

func (p *Process) note(step string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.step = step
}
