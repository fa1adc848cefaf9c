package threadprofile

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/gosnakepit/snakepit/cgo"
	"github.com/gosnakepit/snakepit/embed"
)

// Start implements profile.Elastic.
func (in *instance) Start(ctx context.Context, worker int) error {
	if in.config.Adapter == "" {
		return nil
	}
	fresh, err := in.freshOn(ctx, int32(worker))
	if err != nil {
		return fmt.Errorf("snakepit: worker %d of pool %q did not start: adapter %s: %w", worker, in.spec.Pool, in.config.Adapter, err)
	}
	in.put(int32(worker), fresh)
	return nil
}

// Stop implements profile.Elastic.
func (in *instance) Stop(_ context.Context, worker int) error {
	if in.config.Adapter == "" {
		return nil
	}
	old := in.swapWorker(int32(worker), nil)
	for _, t := range in.inUse() {
		t.swap(int32(worker), 0).Release()
	}
	in.dismiss(old)
	return nil
}

// freshOn makes a worker for a slot, or finds the one that all share.
func (in *instance) freshOn(ctx context.Context, slot int32) (*adapter, error) {
	if in.config.Shared {
		return in.current()[0], nil
	}
	return in.freshWorker(ctx, slot, in.lanes[slot].pin)
}

// put gives a slot that runs no call another worker, and returns the one that it had.
func (in *instance) put(slot int32, fresh *adapter) (old *adapter) {
	old = in.swapWorker(slot, fresh)
	in.generations[slot].Add(1)
	for _, release := range in.renewTools(slot, old, fresh) {
		release()
	}
	return old
}

// dismiss ends a worker, if it was the slot's own or the last slot's that shared it.
func (in *instance) dismiss(w *adapter) {
	in.mu.Lock()
	stays := w.dismissed || slices.Contains(in.workers, w)
	w.dismissed = !stays || w.dismissed
	in.mu.Unlock()
	if !stays {
		close(w.lost)
		in.closeWorker(w)
	}
}

// Reload implements profile.Reloader. One new worker is made first, to see that it starts.
func (in *instance) Reload(ctx context.Context) error {
	if in.config.Adapter == "" {
		return nil
	}
	undo, err := in.refresh(ctx)
	if err != nil {
		return fmt.Errorf("adapter %s: %w", in.config.Adapter, err)
	}
	defer undo.Release()
	first, fresh, err := in.canary(ctx)
	if err != nil {
		_, undone := embed.Ask(cgo.Call, undo)
		return errors.Join(fmt.Errorf("adapter %s: %w", in.config.Adapter, err), undone)
	}
	return in.renew(ctx, first, fresh)
}

// refresh has Python import the adapter anew, and returns what undoes it.
func (in *instance) refresh(ctx context.Context) (undo cgo.Object, err error) {
	fn, err := in.python.Function("refresh")
	if err != nil {
		return 0, err
	}
	defer fn.Release()
	return in.python.OnInit(ctx, in.config.Adapter, fn, in.config.Adapter)
}

// canary makes the first new worker: for a slot whose thread is free, if they have some.
func (in *instance) canary(ctx context.Context) (slot int32, fresh *adapter, err error) {
	all := in.filled()
	slot = all[0]
	for _, s := range all {
		if p := in.lanes[s].pin; p != nil && !p.busy.Load() {
			slot = s
			break
		}
	}
	fresh, err = in.vacant(ctx, slot)
	return slot, fresh, err
}

// vacant makes a worker for a slot: when that runs no call, if it has its own thread.
func (in *instance) vacant(ctx context.Context, slot int32) (*adapter, error) {
	if in.pinned.Load() {
		if err := in.empty(ctx, slot); err != nil {
			return nil, err
		}
	}
	fresh, err := in.freshWorker(ctx, slot, in.lanes[slot].pin)
	if err != nil {
		in.spec.Slots.Up(slot)
	}
	return fresh, err
}

// filled are the slots that have a worker.
func (in *instance) filled() (slots []int32) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for slot, w := range in.workers {
		if w != nil {
			slots = append(slots, int32(slot))
		}
	}
	return slots
}

// renew gives all slots new workers, the first one this, and waits for the old ones' calls.
func (in *instance) renew(ctx context.Context, first int32, fresh *adapter) error {
	slots := in.filled()
	errs := make([]error, len(slots))
	var all sync.WaitGroup
	for i, slot := range slots {
		all.Go(func() {
			if slot == first || in.config.Shared {
				errs[i] = in.replace(ctx, slot, fresh)
				return
			}
			var own *adapter
			if own, errs[i] = in.vacant(ctx, slot); errs[i] == nil {
				errs[i] = in.replace(ctx, slot, own)
			}
		})
	}
	all.Wait()
	in.dismiss(fresh) // if it has found no slot
	return errors.Join(errs...)
}

// replace puts a new worker in a slot's place, once that runs no call.
func (in *instance) replace(ctx context.Context, slot int32, fresh *adapter) error {
	defer in.spec.Slots.Up(slot)
	err := in.empty(ctx, slot)
	if err == nil {
		in.dismiss(in.put(slot, fresh))
	} else if !in.config.Shared {
		in.dismiss(fresh)
	}
	return err
}

func (in *instance) empty(ctx context.Context, slot int32) error {
	if err := in.spec.Slots.Empty(ctx, slot); err != nil {
		in.spec.Slots.Up(slot)
		return fmt.Errorf("worker %d stays: %w", slot, err)
	}
	return nil
}
