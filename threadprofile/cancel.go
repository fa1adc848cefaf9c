package threadprofile

import (
	"context"
	"sync"
	"time"

	"github.com/gosnakepit/snakepit/cgo"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/profile"
)

// How long until the exception is raised again, if it was dropped: longer each time.
const (
	againFirst = time.Millisecond
	againLast  = 100 * time.Millisecond
)

// cancelling lets one goroutine at a time attach to cancel, so that few OS threads get a
// thread state for it. Nobody waits for it who calls Python.
var cancelling sync.Mutex

// pursuit sees a call whose context has ended to its end. Once that has taken too long the
// call is stuck: it is reported, and where possible another lane takes its place.
type pursuit struct {
	in     *instance
	guard  *cgo.Guard
	key    uint64
	slot   int32
	target string
	since  time.Time

	what runner // that can be replaced, or nil
	lost func() // to be called when it was

	free chan struct{} // closed: the slot may serve other calls
	over chan struct{} // closed: Python has ended

	mu        sync.Mutex
	done      bool // over is closed
	replacing bool
	closing   bool // of a stream: what runs now cleans up, and is left alone while it may
	stuck     *profile.Stuck
}

func (in *instance) newPursuit(g *cgo.Guard, key uint64, slot int32, f *wire.Frame) *pursuit {
	return &pursuit{
		in: in, guard: g, key: key, slot: slot, target: f.Call.Target,
		free: make(chan struct{}), over: make(chan struct{}),
	}
}

// pursue cancels the call that a lane runs.
func (in *instance) pursue(l *lane) *pursuit {
	p := in.newPursuit(&l.guard, l.key, l.slot, l.frame)
	if l.caller != 0 { // not made for a call within a call
		p.what = l.what
	}
	go p.run()
	return p
}

// end says that Python has ended.
func (p *pursuit) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done = true
	close(p.over)
	if !p.replacing && (p.stuck == nil || !p.stuck.Replaced) {
		close(p.free)
	}
}

// run is the pursuit's goroutine.
func (p *pursuit) run() {
	p.since = time.Now()
	pause := againFirst
	again := time.NewTimer(pause)
	defer again.Stop()
	late, stop := p.in.grace()
	defer stop()
	var places chan struct{} // to one of which a stuck call may go
	p.cancel()
	for {
		select {
		case <-p.over:
			p.ended()
			return
		case <-late:
			late = nil
			p.report()
			if p.what != nil {
				places = p.in.places
			}
		case places <- struct{}{}:
			places = nil
			if !p.replace() {
				<-p.in.places
			}
		case <-again.C:
			p.cancel()
			pause = min(2*pause, againLast)
			again.Reset(pause)
		}
	}
}

// grace is the time after which a call is stuck.
func (in *instance) grace() (late <-chan time.Time, stop func()) {
	if in.spec.Grace <= 0 {
		return nil, func() {}
	}
	t := time.NewTimer(in.spec.Grace)
	return t.C, func() { t.Stop() }
}

// cancel has the exception raised, if it is not on its way.
func (p *pursuit) cancel() {
	cancelling.Lock()
	defer cancelling.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.done || p.closing && p.stuck == nil {
		return
	}
	p.guard.Cancel(p.key)
}

// tidy says that what runs from now on cleans up.
func (p *pursuit) tidy() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closing = true
}

// watched runs a call on the caller's thread: it returns when Python has ended.
func (l *lane) watched(ctx context.Context, in *instance, slot int32, what runner, f *wire.Frame) error {
	l.announce()
	p := in.newPursuit(&l.guard, l.key, slot, f)
	stop := context.AfterFunc(ctx, p.run)
	err := what.runOn(l, slot, f)
	stop()
	p.end()
	return profile.Ended(ctx, err)
}
