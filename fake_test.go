package snakepit_test

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/profile"
)

// fake is a profile without Python: every target answers with its first argument.
type fake struct {
	openErr error
	gate    chan struct{} // if not nil, calls wait for it to close
	left    chan struct{} // closed when a call that was left has ended

	prepared, released, running atomic.Int64
	closed                      atomic.Bool

	held    chan int32    // where "m:hold" says on which slot it runs
	release chan struct{} // until then
	lost    atomic.Uint64 // generations of all workers
}

var errMissing = errors.New("no such target")

func (p *fake) Open(context.Context, profile.Spec) (profile.Instance, error) {
	if p.openErr != nil {
		return nil, p.openErr
	}
	return p, nil
}

func (p *fake) Prepare(_ context.Context, t profile.Target) (profile.Prepared, error) {
	if t.Name == "missing:target" {
		return nil, errMissing
	}
	p.prepared.Add(1)
	return echo{p, t.Name}, nil
}

// Generation implements profile.Generations.
func (p *fake) Generation(int32) uint64 { return 1 + p.lost.Load() }

func (p *fake) Close(context.Context) error { p.closed.Store(true); return nil }
func (p *fake) Stats() profile.Stats        { return profile.Stats{Profile: "fake"} }
func (p *fake) config(workers int) snakepit.Config {
	return snakepit.Config{Pools: []snakepit.PoolConfig{{Profile: p, Workers: workers}}}
}

type echo struct {
	p    *fake
	name string
}

func (e echo) Release() { e.p.released.Add(1) }

// Run answers with what stands behind the header, as if the call had one argument;
// "m:slot" with its slot, and so does "m:hold", when it may.
func (e echo) Run(ctx context.Context, slot int32, f *wire.Frame) error {
	e.p.running.Add(1)
	defer e.p.running.Add(-1)
	if e.name == "m:hold" {
		e.p.held <- slot
		<-e.p.release
	}
	if e.name == "m:hold" || e.name == "m:slot" {
		f.Ret.Tag, f.Ret.Bits = wire.Int, uint64(slot)
		return nil
	}
	if e.p.gate != nil {
		select {
		case <-e.p.gate:
		case <-ctx.Done():
			return &profile.Running{Err: ctx.Err(), Done: e.p.left}
		}
	}
	f.Ret.Tag, f.Ret.Buf = wire.Encoded, f.In[wire.HeaderSize:]
	return nil
}
