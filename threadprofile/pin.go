package threadprofile

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/gosnakepit/snakepit/cgo"
	"github.com/gosnakepit/snakepit/internal/goerror"
	"github.com/gosnakepit/snakepit/internal/wire"
)

// pin runs on one OS thread what belongs to one slot of workers that have thread
// affinity. A nil pin runs everything where it is.
type pin struct {
	jobs    chan job
	once    sync.Once // starts it
	thread  atomic.Uintptr
	busy    atomic.Bool
	service atomic.Pointer[service] // while a Go function runs that was called on the thread
}

type job struct {
	do   func() error
	done chan error // capacity 1
}

// service is the thread's while Go code runs that Python called there, and that may call
// Python again, from whatever goroutine.
type service struct {
	jobs chan job
	over chan struct{}
}

func newPin() *pin { return &pin{jobs: make(chan job)} }

func (p *pin) start() { go p.serve() }

// serve keeps its thread, which ends with it: what native code left on it is of no use to
// others.
func (p *pin) serve() {
	runtime.LockOSThread()
	p.thread.Store(cgo.Thread())
	for j := range p.jobs {
		p.busy.Store(true)
		err := j.do()
		p.busy.Store(false)
		j.done <- err
	}
}

// stop ends the thread. Nothing runs there, and nothing will.
func (p *pin) stop() {
	if p != nil {
		close(p.jobs)
	}
}

func (p *pin) here() bool { return cgo.Thread() == p.thread.Load() }

// do runs a function on the thread and waits for it. What is within a call of the thread,
// when that does not wait for Go, runs where it is instead: the thread waits for it.
func (p *pin) do(within bool, f func() error) error {
	if p == nil || p.here() {
		return f()
	}
	j := job{f, make(chan error, 1)}
	if s := p.service.Load(); s != nil {
		select {
		case s.jobs <- j:
			return <-j.done
		case <-s.over:
		}
	}
	if within {
		return f()
	}
	p.once.Do(p.start)
	p.jobs <- j
	return <-j.done
}

// called runs a Go function that Python called. If that was on the thread, the thread is
// there for calls of Python which the function makes.
func (p *pin) called(f func() error) error {
	if p == nil {
		return f()
	}
	s := &service{jobs: make(chan job), over: make(chan struct{})}
	before := p.service.Swap(s)
	defer p.service.Store(before)
	defer close(s.over)
	result := make(chan error, 1)
	go func() { result <- goerror.Caught(f) }()
	for {
		select {
		case j := <-s.jobs:
			j.done <- j.do()
		case err := <-result:
			return err
		}
	}
}

// run runs a step of a call where the calls of its lane belong.
func (p *pin) run(f *wire.Frame, do func() error) error {
	return p.do(f.Call.Nesting != wire.Outermost, do)
}

// doUnless is do for what is not to be done any more once lost is closed.
func (p *pin) doUnless(lost <-chan struct{}, f func() error) error {
	j := job{f, make(chan error, 1)}
	select {
	case p.jobs <- j:
		return <-j.done
	case <-lost:
		return nil
	}
}

// await is do for what may never end, when nothing else runs there.
func (p *pin) await(ctx context.Context, f func() error) error {
	p.once.Do(p.start)
	j := job{f, make(chan error, 1)}
	p.jobs <- j
	select {
	case err := <-j.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// pinOf finds the pin whose thread a call from Python is on; nil if there is none.
func pinOf() *pin {
	if pinned.Load() == 0 {
		return nil
	}
	for _, in := range *instances.all.Load() {
		if in == nil || !in.pinned.Load() {
			continue
		}
		for i := range in.all {
			if p := in.all[i].pin; p.here() {
				return p
			}
		}
	}
	return nil
}

// pinned counts the instances with pins.
var pinned atomic.Int64
