package threadprofile

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gosnakepit/snakepit/cgo"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/profile"
)

// runner is what a lane runs.
type runner interface {
	// runOn runs the call that was announced in the lane's guard.
	runOn(l *lane, slot int32, f *wire.Frame) error
	// keep keeps alive what a call uses that outlives the instance; the result ends that.
	keep() (release func())
}

// lane runs the calls of one slot that their callers must be able to leave: a
// goroutine that the caller hands the call to. The slot's holder owns the lane; a
// call that was left keeps the slot, and so the lane, until it ends. The lane of a
// call that is stuck leaves the slot with it, and another takes its place.
type lane struct {
	once  sync.Once
	begin chan struct{}
	end   chan struct{}
	state atomic.Int32

	caller  uint64      // what its calls are known by; 0 if it was made for a call within a call
	pin     *pin        // nil if calls may run anywhere
	current *wire.Frame // of the outermost call on the slot; read on that call's thread

	guard cgo.Guard
	key   uint64 // of the last call in it
	gone  bool   // a stuck call has it, whose slot serves others; guarded by instance.mu

	// The call. Written by the holder before begin, by the goroutine before end.
	slot  int32
	what  runner
	frame *wire.Frame
	err   error
	left  *pursuit // of a call that was left

	_ [64]byte // lanes of two processors do not share a line
}

const (
	running int32 = iota
	ended
	abandoned
)

// moment is how long a caller whose context has ended waits for Python to notice: most
// code does within microseconds, and then the error can tell where it was, and that the
// worker is free.
const moment = 2 * time.Millisecond

func (l *lane) start() {
	l.begin, l.end = make(chan struct{}, 1), make(chan struct{}, 1)
	go l.serve()
}

// announce makes the next call known to the guard.
func (l *lane) announce() {
	if l.key == 0 {
		l.key = cgo.NewKeys()
	}
	l.key++
	l.guard.Announce(l.key)
}

// run hands the call to the lane's goroutine and waits for its end or ctx's.
func (l *lane) run(ctx context.Context, in *instance, slot int32, p runner, f *wire.Frame) error {
	l.once.Do(l.start)
	l.slot, l.what, l.frame = slot, p, f
	l.announce()
	l.state.Store(running)
	l.begin <- struct{}{}
	select {
	case <-l.end:
		return l.finish()
	case <-ctx.Done():
		return l.leave(ctx, in)
	}
}

func (l *lane) finish() error {
	err := l.err
	l.what, l.frame, l.err = nil, nil, nil
	return err
}

// leave cancels the call, and gives it up unless it ends in the same moment.
func (l *lane) leave(ctx context.Context, in *instance) error {
	p := in.pursue(l)
	timer := time.NewTimer(moment)
	defer timer.Stop()
	select {
	case <-l.end:
		p.end()
		return profile.Ended(ctx, l.finish())
	case <-timer.C:
	}
	l.left = p
	if l.state.CompareAndSwap(running, abandoned) {
		return &profile.Running{Err: ctx.Err(), Done: p.free}
	}
	<-l.end
	p.end()
	return profile.Ended(ctx, l.finish())
}

// serve runs the calls, and cleans up after those that were left.
func (l *lane) serve() {
	for range l.begin {
		l.err = l.what.runOn(l, l.slot, l.frame)
		if l.state.CompareAndSwap(running, ended) {
			l.end <- struct{}{}
			continue
		}
		l.drop()
	}
}

// drop throws away the result of a call that was left.
func (l *lane) drop() {
	left := l.left
	if s := l.frame.Call.Scope; s != nil {
		s.Wait()
	}
	l.frame.DropObjects()
	l.frame.Recycle()
	_ = l.finish()
	left.end() // from here on the slot's next holder may use the lane
}

// stop ends the goroutine, after the call that it may run.
func (l *lane) stop() {
	l.once.Do(func() {})
	if l.begin != nil {
		close(l.begin)
	}
}
