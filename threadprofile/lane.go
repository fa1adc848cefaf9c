package threadprofile

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/profile"
)

// runner is what a lane runs.
type runner interface {
	runOn(slot int32, f *wire.Frame) error
}

// lane runs the calls of one slot that their callers must be able to leave: a
// goroutine that the caller hands the call to. The slot's holder owns the lane; a
// call that was left keeps the slot, and so the lane, until it ends.
type lane struct {
	once  sync.Once
	begin chan struct{}
	end   chan struct{}
	state atomic.Int32

	pin     *pin        // nil if calls may run anywhere
	current *wire.Frame // of the outermost call on the slot; read on that call's thread

	// The call. Written by the holder before begin, by the goroutine before end.
	slot  int32
	what  runner
	frame *wire.Frame
	err   error
	left  chan struct{} // closed when a call that was left has ended

	_ [64]byte // lanes of two processors do not share a line
}

const (
	running int32 = iota
	ended
	abandoned
)

func (l *lane) start() {
	l.begin, l.end = make(chan struct{}, 1), make(chan struct{}, 1)
	go l.serve()
}

// run hands the call to the lane's goroutine and waits for its end or ctx's.
func (l *lane) run(ctx context.Context, slot int32, p runner, f *wire.Frame) error {
	l.once.Do(l.start)
	l.slot, l.what, l.frame = slot, p, f
	l.state.Store(running)
	l.begin <- struct{}{}
	select {
	case <-l.end:
		return l.finish()
	case <-ctx.Done():
		return l.leave(ctx)
	}
}

func (l *lane) finish() error {
	err := l.err
	l.what, l.frame, l.err = nil, nil, nil
	return err
}

// leave gives the call up, unless it ends in the same moment.
func (l *lane) leave(ctx context.Context) error {
	left := make(chan struct{})
	l.left = left
	if l.state.CompareAndSwap(running, abandoned) {
		return &profile.Running{Err: ctx.Err(), Done: left}
	}
	<-l.end
	return l.finish()
}

// serve runs the calls, and cleans up after those that were left.
func (l *lane) serve() {
	for range l.begin {
		l.err = l.what.runOn(l.slot, l.frame)
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
	close(left) // from here on the slot's next holder may use the lane
}

// stop ends the goroutine. No call is in progress.
func (l *lane) stop() {
	l.once.Do(func() {})
	if l.begin != nil {
		close(l.begin)
	}
}
