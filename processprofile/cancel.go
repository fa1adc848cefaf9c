package processprofile

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/profile"
)

// moment is how long a caller whose context has ended waits for Python to notice: then the
// error can tell where it was, and that the worker is free.
const moment = 5 * time.Millisecond

// pursuit sees a call whose context has ended to its end. Once that has taken too long the
// call is stuck, and its process is killed.
type pursuit struct {
	worker *worker
	id     uint64
	slot   int
	target string
	over   chan struct{} // closed: Python has ended
}

func (w *worker) newPursuit(id uint64, f *wire.Frame) *pursuit {
	return &pursuit{worker: w, id: id, slot: int(f.Call.Slot), target: f.Call.Target, over: make(chan struct{})}
}

// pursue cancels a call.
func (w *worker) pursue(id uint64, f *wire.Frame) *pursuit {
	p := w.newPursuit(id, f)
	go p.run()
	return p
}

func (p *pursuit) end() { close(p.over) }

// run is the pursuit's goroutine.
func (p *pursuit) run() {
	since := time.Now()
	p.worker.link.cancel(p.id)
	var late <-chan time.Time
	if grace := p.worker.spec.Grace; grace > 0 {
		timer := time.NewTimer(grace)
		defer timer.Stop()
		late = timer.C
	}
	select {
	case <-p.over:
	case <-p.worker.process.Exited():
	case <-late:
		p.kill(since)
	}
}

// kill reports where a stuck call is, and ends its process.
func (p *pursuit) kill(since time.Time) {
	w := p.worker
	w.lose()
	s := &profile.Stuck{Slot: p.slot, Target: p.target, Since: since, Replaced: true, Stack: callStacks(w.process.Stacks())}
	w.stuck.Add(s)
	defer w.stuck.Remove(s)
	w.spec.Logger.Error("snakepit: a call does not end, though nobody waits for it any more; its process is killed",
		"pool", w.spec.Pool, "worker", w.number, "pid", w.process.Pid(), "call", p.target,
		"for", time.Since(since).Round(time.Millisecond), "stack", s.Stack)
	w.process.Kill(fmt.Sprintf("the call of %s did not end within CancelGrace, %v, after it was cancelled", p.target, w.spec.Grace))
	<-w.process.Exited()
}

var faultFrame = regexp.MustCompile(`^  File "(.*)", line (\d+|\?\?\?) in (.*)$`)

// ours is the frame below those of a call's own code.
const ours = "_child/_cancel.py"

// callStacks makes of the stacks of all threads those of the calls that they run, in
// Python's order: the innermost last.
func callStacks(all string) string {
	var calls, frames []string
	for line := range strings.Lines(all) {
		m := faultFrame.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		switch {
		case m == nil:
			frames = nil // of the next thread
		case strings.HasSuffix(m[1], ours):
			if len(frames) > 0 {
				slices.Reverse(frames)
				calls = append(calls, strings.Join(frames, ""))
			}
			frames = nil
		default:
			frames = append(frames, fmt.Sprintf("  File \"%s\", line %s, in %s\n", m[1], m[2], m[3]))
		}
	}
	return strings.Join(calls, "\n")
}

// watch has a call cancelled once ctx ends; the result ends that, when the call has ended.
func (w *worker) watch(ctx context.Context, id uint64, f *wire.Frame) (over func()) {
	if ctx.Done() == nil {
		return func() {}
	}
	p := w.newPursuit(id, f)
	stop := context.AfterFunc(ctx, p.run)
	return func() {
		stop()
		p.end()
	}
}
