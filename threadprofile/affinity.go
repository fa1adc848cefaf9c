package threadprofile

import (
	"context"
	"errors"
	"slices"

	"github.com/gosnakepit/snakepit/cgo"
	"github.com/gosnakepit/snakepit/embed"
)

// pin gives each lane a thread of its own.
func (in *instance) pin() {
	if in.pinned.Load() {
		return
	}
	for i := range in.all {
		in.all[i].pin = newPin()
	}
	in.pinned.Store(true)
	pinned.Add(1)
}

func (in *instance) unpin() {
	if !in.pinned.Load() {
		return
	}
	pinned.Add(-1)
	for _, l := range slices.Concat(in.lanes, in.spare) { // stuck calls keep theirs
		l.pin.stop()
	}
}

// readAffinity imports the adapter, and pins the lanes if it has thread affinity.
func (in *instance) readAffinity(ctx context.Context) error {
	find, err := in.python.Function("holder")
	if err != nil {
		return err
	}
	defer find.Release()
	holder, err := in.python.OnInit(ctx, in.config.Adapter, find, in.config.Adapter)
	if err != nil {
		return err
	}
	defer holder.Release()
	ask, err := in.python.Function("thread_affinity")
	if err != nil {
		return err
	}
	defer ask.Release()
	v, err := embed.Ask(cgo.Call, ask, embed.Ref(holder))
	if err != nil || v != true {
		return err
	}
	if in.config.Shared {
		return errors.New("it has thread affinity, and workers with threads of their own cannot share it; leave out Config.Shared")
	}
	in.pin()
	return nil
}

// adapterOn makes a worker's adapter on its thread.
func (in *instance) adapterOn(ctx context.Context, p *pin, slot int, make cgo.Object) (*adapter, error) {
	var made cgo.Object
	err := p.await(ctx, func() error {
		v, err := embed.Ask(cgo.Call, make, in.config.Adapter, true, in.spec.Pool, slot)
		if err != nil {
			return err
		}
		o, ok := v.(cgo.Object)
		if !ok {
			return &embed.NotObjectError{Target: in.config.Adapter, Value: v}
		}
		made = o
		return nil
	})
	if err != nil {
		return nil, err
	}
	return newAdapter(made, p), nil
}
