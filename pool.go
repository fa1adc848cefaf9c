package snakepit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

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
	objects  profile.Objects // nil if objects cannot leave Python
	prepared sync.Map        // targetKey → profile.Prepared
}

// targetKey is what prepared targets are found by.
type targetKey struct {
	kind profile.Kind
	name string
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
	p.objects, _ = instance.(profile.Objects)
	return p, nil
}

func (p *Pool) close(ctx context.Context) error {
	if err := p.slots.Close(ctx); err != nil {
		return fmt.Errorf("snakepit: pool %q: %w; its Python is left as it is", p.name, err)
	}
	p.prepared.Range(func(key, what any) bool {
		p.prepared.Delete(key)
		what.(profile.Prepared).Release()
		return true
	})
	return p.instance.Close(ctx)
}

func (p *Pool) defaultPool() *Pool { return p }

// prepare resolves a target, or finds that it was resolved before.
func (p *Pool) prepare(ctx context.Context, kind profile.Kind, name string) (profile.Prepared, error) {
	key := targetKey{kind, name}
	if what, ok := p.prepared.Load(key); ok {
		return what.(profile.Prepared), nil
	}
	what, err := p.resolve(ctx, profile.Target{Kind: kind, Name: name})
	if err != nil {
		return nil, err
	}
	if first, loaded := p.prepared.LoadOrStore(key, what); loaded {
		what.Release()
		return first.(profile.Prepared), nil
	}
	return what, nil
}

// resolve prepares a target on a slot, as any other use of Python.
func (p *Pool) resolve(ctx context.Context, t profile.Target) (profile.Prepared, error) {
	if p.err != nil {
		return nil, p.err
	}
	slot, err := p.slots.Acquire(ctx, -1)
	if err != nil {
		return nil, before(ctx, err)
	}
	what, err := p.instance.Prepare(ctx, t)
	p.slots.Release(slot, err != nil)
	return what, err
}

// run runs a prepared target with the arguments in f and leaves the result there.
// On error f is gone.
func (p *Pool) run(ctx context.Context, what profile.Prepared, f *wire.Frame) error {
	slot, err := p.slots.Acquire(ctx, f.Hint)
	if err != nil {
		f.Recycle()
		return before(ctx, err)
	}
	f.Hint = slot
	f.Ret.NewObject = p.newObject
	if err := p.instance.Run(ctx, slot, what, f); err != nil {
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

func (p *Pool) newObject(handle uintptr) any {
	if p.objects == nil {
		return nil
	}
	return &Object{pool: p, handle: p.objects.Own(handle)}
}
