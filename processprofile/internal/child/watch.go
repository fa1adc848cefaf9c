package child

import (
	"os"
	"syscall"
	"time"
)

// drain bounds the wait for what a dead child had printed: somebody may hold its
// pipes open, or be slow to take lines.
const drain = 500 * time.Millisecond

// watch waits for the end of the process and puts everything away.
func (p *Process) watch() {
	lost := await(p.pid) != nil
	p.killRest(lost)
	status, cpu, err := p.reap()
	p.closeLife()
	p.leash.close()
	p.out.finish(drain)
	p.config.Registry.forget(p)
	p.exit = p.describe(status, lost || err != nil)
	p.exit.CPU = cpu
	close(p.exited)
}

// killRest kills what the process leaves behind, while it still is there to keep the
// number of its group.
func (p *Process) killRest(lost bool) {
	if !lost {
		_ = signalGroup(p.pid, syscall.SIGKILL)
	}
	left := killAll(p.config.Limits.Kill, func(c candidate) bool {
		return c.pid != p.pid && (!lost && c.group == p.pid || c.carries(p.mark))
	})
	if left > 0 {
		p.log.Warn("processes of an ended worker cannot be killed", "pid", p.pid, "left", left)
	}
}

// reap fails if somebody else was faster.
func (p *Process) reap() (status syscall.WaitStatus, cpu time.Duration, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reaped = true
	state, err := p.os.Wait()
	if err != nil {
		return status, 0, err
	}
	status, _ = state.Sys().(syscall.WaitStatus)
	return status, state.UserTime() + state.SystemTime(), nil
}

func (p *Process) closeLife() {
	p.lifeOnce.Do(func() { _ = p.life.Close() })
}

// signal sends a signal to the group, which is there until the process is reaped.
func (p *Process) signal(s syscall.Signal) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.reaped {
		return os.ErrProcessDone
	}
	p.sent[s] = true
	return signalGroup(p.pid, s)
}
