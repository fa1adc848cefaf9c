package snakepit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/pool"
	"github.com/gosnakepit/snakepit/profile"
)

// Pool is workers of one kind and the queue before them.
type Pool struct {
	name     string
	err      error // why there is no such pool
	slots    *pool.Pool
	instance profile.Instance
	own      func(handle uintptr) any // makes an Object; nil if objects cannot leave Python

	targets targets
}

func openPool(ctx context.Context, c PoolConfig, log *slog.Logger) (*Pool, error) {
	slots, err := c.slots()
	if err != nil {
		return nil, err
	}
	instance, err := c.Profile.Open(ctx, profile.Spec{Pool: c.Name, Workers: c.Workers, Logger: log})
	if err != nil {
		return nil, err
	}
	p := &Pool{name: c.Name, slots: slots, instance: instance}
	if objects, ok := instance.(profile.Objects); ok {
		p.own = func(handle uintptr) any { return &Object{pool: p, handle: objects.Own(handle)} }
	}
	return p, nil
}

func (p *Pool) close(ctx context.Context) error {
	if err := p.slots.Close(ctx); err != nil {
		return fmt.Errorf("snakepit: pool %q: %w; its Python is left as it is", p.name, err)
	}
	p.targets.release()
	return p.instance.Close(ctx)
}

func (p *Pool) defaultPool() *Pool { return p }

// prepare resolves a target, or finds that it was resolved before.
func (p *Pool) prepare(ctx context.Context, kind profile.Kind, name string) (profile.Prepared, error) {
	key := targetKey{kind, name}
	if what := p.targets.find(key); what != nil {
		return what, nil
	}
	what, err := p.resolve(ctx, profile.Target{Kind: kind, Name: name})
	if err != nil {
		return nil, err
	}
	return p.targets.keep(key, what), nil
}

// resolve prepares a target on a slot, as any other use of Python.
func (p *Pool) resolve(ctx context.Context, t profile.Target) (profile.Prepared, error) {
	if p.err != nil {
		return nil, p.err
	}
	slot, err := p.acquire(ctx, -1)
	if err != nil {
		return nil, err
	}
	what, err := p.instance.Prepare(ctx, t)
	p.slots.Release(slot, err != nil)
	return what, before(ctx, err)
}

// acquire waits for a slot, but not with a context that has ended already.
func (p *Pool) acquire(ctx context.Context, hint int32) (int32, error) {
	if ctx.Done() != nil && ctx.Err() != nil {
		return -1, &CancelError{Err: ctx.Err()}
	}
	slot, err := p.slots.Acquire(ctx, hint)
	if err != nil {
		return -1, before(ctx, err)
	}
	return slot, nil
}

// run runs a prepared target with the arguments in f and leaves the result there.
// On error f is gone.
func (p *Pool) run(ctx context.Context, what profile.Prepared, f *wire.Frame) error {
	slot, err := p.acquire(ctx, f.Hint)
	if err != nil {
		f.Recycle()
		return err
	}
	f.Hint = slot
	f.Ret.NewObject = p.own
	if err := what.Run(ctx, slot, f); err != nil {
		return p.failed(slot, err, f)
	}
	p.slots.Release(slot, false)
	return nil
}

func (p *Pool) failed(slot int32, err error, f *wire.Frame) error {
	var left *profile.Running
	if !errors.As(err, &left) {
		p.slots.Release(slot, true)
		f.Recycle()
		return err
	}
	go func() {
		<-left.Done
		p.slots.Release(slot, true)
	}()
	return &CancelError{Running: true, Err: left.Err}
}
