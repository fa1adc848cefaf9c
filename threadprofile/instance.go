package threadprofile

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/gosnakepit/snakepit/cgo"
	"github.com/gosnakepit/snakepit/embed"
	"github.com/gosnakepit/snakepit/interp"
	"github.com/gosnakepit/snakepit/profile"
)

// instance is the workers of one pool.
type instance struct {
	config Config
	number uint64 // of all that were opened in this process
	spec   profile.Spec
	python *embed.Interpreter

	pinned  atomic.Bool  // the workers have thread affinity: each lane has a pin
	lanes   []lane       // one per slot
	workers []cgo.Object // _adapters.Worker of each slot; none without an adapter

	later  sync.WaitGroup // ends of sessions that wait for their thread
	ending sync.RWMutex   // held for reading while a session ends, for writing by Close
	ended  bool

	mu         sync.Mutex // never held while attached
	namespaces map[string]*interp.Namespace
	closeOnce  sync.Once
	closeErr   error
}

func newInstance(c Config, spec profile.Spec, python *embed.Interpreter) *instance {
	return &instance{
		config: c, spec: spec, python: python,
		lanes:      make([]lane, spec.Workers),
		namespaces: map[string]*interp.Namespace{},
	}
}

// start checks the policy and makes the adapters.
func (in *instance) start(ctx context.Context) error {
	if gil := in.python.GIL(); in.config.GIL == GILRefuse && gil.Enabled {
		return fmt.Errorf("%w: Python %s has the GIL on%s, and the policy refuses that; "+
			"use a free-threaded Python and modules built for it", profile.ErrUnavailable, in.python.Info.Version, turnedOnBy(gil.Culprits))
	}
	if in.config.Pinned {
		in.pin()
	}
	if in.config.Adapter == "" {
		return nil
	}
	if err := in.readAffinity(ctx); err != nil {
		return fmt.Errorf("snakepit: pool %q: adapter %s: %w", in.spec.Pool, in.config.Adapter, err)
	}
	make, err := in.python.Function("Worker")
	if err != nil {
		return err
	}
	defer make.Release()
	for slot := range in.spec.Workers {
		w, err := in.adapter(ctx, make, slot)
		if err != nil {
			return fmt.Errorf("snakepit: pool %q: adapter %s: %w", in.spec.Pool, in.config.Adapter, err)
		}
		in.workers = append(in.workers, w)
	}
	return nil
}

func turnedOnBy(modules []string) string {
	if len(modules) == 0 {
		return ""
	}
	return fmt.Sprintf(" (turned on by %s)", strings.Join(modules, ", "))
}

func (in *instance) adapter(ctx context.Context, make cgo.Object, slot int) (cgo.Object, error) {
	if slot > 0 && in.config.Shared {
		return in.workers[0], nil
	}
	if in.pinned.Load() {
		return in.adapterOn(slot, make)
	}
	return in.python.OnInit(ctx, in.config.Adapter, make, in.config.Adapter, !in.config.Shared, in.spec.Pool, slot)
}

// Own implements profile.Objects.
func (in *instance) Own(handle uintptr) profile.Handle { return interp.NewObject(handle) }

// Close implements profile.Instance.
func (in *instance) Close(ctx context.Context) error {
	in.closeOnce.Do(func() {
		for i := range in.lanes {
			in.lanes[i].stop()
		}
		in.ending.Lock()
		defer in.ending.Unlock()
		in.later.Wait()
		in.ended = true
		in.releaseWorkers()
		in.unpin()
		in.delist()
		in.unlimitThreads()
		for _, ns := range in.namespaces {
			ns.Release()
		}
		in.closeErr = in.python.Close(ctx)
	})
	return in.closeErr
}

func (in *instance) releaseWorkers() {
	for slot, w := range in.own() {
		err := in.lanes[slot].pin.do(false, func() error {
			_, err := embed.Ask(cgo.Method, names.close, embed.Ref(w))
			return err
		})
		if err != nil {
			in.spec.Logger.Warn("snakepit: an adapter did not close", "pool", in.spec.Pool, "adapter", in.config.Adapter, "err", err)
		}
		w.Release()
	}
	in.workers = nil
}

// EndSession implements profile.Sessions.
func (in *instance) EndSession(number uint64) error {
	in.ending.RLock()
	defer in.ending.RUnlock()
	if in.ended {
		return nil
	}
	var errs []error
	for slot, w := range in.own() {
		errs = append(errs, in.lanes[slot].pin.soon(in, func() error {
			_, err := embed.Ask(cgo.Method, names.closeSession, embed.Ref(w), number)
			return err
		}))
	}
	end, err := in.python.Function("end_session")
	if err != nil {
		return err
	}
	defer end.Release()
	_, err = embed.Ask(cgo.Call, end, number)
	return errors.Join(append(errs, err)...)
}

// own are the workers, each once.
func (in *instance) own() []cgo.Object {
	if in.config.Shared && len(in.workers) > 1 {
		return in.workers[:1]
	}
	return in.workers
}

// Stats implements profile.Instance.
func (in *instance) Stats() profile.Stats {
	gil := in.python.GIL()
	s := profile.Stats{
		Profile: "thread", Python: in.python.Info.Version, Executable: in.python.Info.Python.Executable,
		FreeThreaded: in.python.Info.FreeThreaded, GIL: gil.Enabled, GILCulprits: gil.Culprits,
		ThreadStates: cgo.ThreadStates(), NativeThreads: nativeThreads(),
	}
	for _, sig := range in.python.BadSignals() {
		s.BadSignals = append(s.BadSignals, sig.String())
	}
	return s
}
