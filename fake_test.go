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
	return echo{p}, nil
}

func (p *fake) Close(context.Context) error { p.closed.Store(true); return nil }
func (p *fake) Stats() profile.Stats        { return profile.Stats{Profile: "fake"} }
func (p *fake) config(workers int) snakepit.Config {
	return snakepit.Config{Pools: []snakepit.PoolConfig{{Profile: p, Workers: workers}}}
}

type echo struct{ p *fake }

func (e echo) Release() { e.p.released.Add(1) }

// Run answers with what stands behind the header, as if the call had one argument.
func (e echo) Run(ctx context.Context, _ int32, f *wire.Frame) error {
	e.p.running.Add(1)
	defer e.p.running.Add(-1)
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
