package processprofile

import (
	"context"
	"errors"
	"fmt"
)

// Start implements profile.Elastic.
func (in *instance) Start(ctx context.Context, number int) error {
	k := in.keepers[number]
	if err := k.begin(ctx); err != nil {
		return err
	}
	k.keeping()
	return nil
}

// Stop implements profile.Elastic.
func (in *instance) Stop(ctx context.Context, number int) error {
	k := in.keepers[number]
	return k.end(ctx, func(ctx context.Context, w *worker) error {
		k.lose(w)
		return in.bid(ctx, w)
	})
}

// renewal asks a keeper for a new worker in place of the one that it keeps.
type renewal struct {
	ctx   context.Context
	err   error
	ended chan struct{}
	done  chan struct{} // closed when err and ended are there
}

// Reload implements profile.Reloader: one worker first, to see that it starts.
func (in *instance) Reload(ctx context.Context) error {
	var there []*keeper
	for _, k := range in.keepers {
		if k.now.Load() != nil {
			there = append(there, k)
		}
	}
	if len(there) == 0 {
		return nil // those that come will be new
	}
	renew := func(k *keeper) error { return k.renewWorker(ctx) }
	if err := renew(there[0]); err != nil {
		return err
	}
	return errors.Join(each(there[1:], renew)...)
}

// renewWorker has the keeper replace its worker, and waits until the old one has ended.
func (k *keeper) renewWorker(ctx context.Context) error {
	r := &renewal{ctx: ctx, done: make(chan struct{})}
	select {
	case k.renew <- r:
	case <-k.life.Done():
		return nil
	case <-ctx.Done():
		return fmt.Errorf("worker %d has not begun: %w", k.number, ctx.Err())
	}
	<-r.done
	if r.err != nil {
		return r.err
	}
	select {
	case <-r.ended:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("worker %d is new, and calls still run on the old one, which ends with them: %w", k.number, ctx.Err())
	}
}

// renewed does what a renewal asks for and returns the worker that there is then.
func (k *keeper) renewed(old *worker, r *renewal) *worker {
	defer close(r.done)
	ctx, cancel := context.WithCancel(r.ctx)
	defer cancel()
	defer context.AfterFunc(k.life, cancel)()
	var w *worker
	if w, r.ended, r.err = k.replace(ctx, old, "the pool is reloaded"); r.err != nil {
		return old
	}
	return w
}
