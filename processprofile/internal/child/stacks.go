package child

import (
	"os"
	"strings"
	"syscall"
	"time"
)

// How long Stacks waits for the first word of a child, and for more.
const (
	stacksLimit = 500 * time.Millisecond
	stacksPause = 20 * time.Millisecond
)

// Stacks asks a child whose faulthandler is registered for SIGUSR1 where its threads are,
// and returns what it writes to stderr, the innermost call of each thread first: also of
// one that holds the GIL. It is empty if nothing comes within half a second.
func (p *Process) Stacks() string {
	before := p.out.count()
	if p.tell(syscall.SIGUSR1) != nil {
		return ""
	}
	end := time.Now().Add(stacksLimit)
	for seen := before; time.Now().Before(end); {
		time.Sleep(stacksPause)
		now := p.out.count()
		if now > before && now == seen {
			break
		}
		seen = now
	}
	return threadStacks(p.out.since(before))
}

// tell sends a signal to the process alone.
func (p *Process) tell(s syscall.Signal) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.reaped {
		return os.ErrProcessDone
	}
	return p.os.Signal(s)
}

func (o *output) count() int64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.told
}

// since is what came to stderr after the first n bytes, as far as it is kept.
func (o *output) since(n int64) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	text := o.errors.String()
	return text[max(0, len(text)-int(o.told-n)):]
}

// threadStacks leaves what faulthandler wrote of a text.
func threadStacks(text string) string {
	var stacks strings.Builder
	within := false
	for line := range strings.Lines(text) {
		within = strings.HasPrefix(line, "Thread 0x") || strings.HasPrefix(line, "Current thread 0x") || within && faultLine(line)
		if within {
			stacks.WriteString(line)
		}
	}
	return strings.TrimSpace(stacks.String())
}
