package threadprofile

import (
	"context"
	"errors"
	"fmt"
	"slices"
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

	pinned atomic.Bool // the workers have thread affinity: each lane has a pin
	all    []lane      // by their numbers less one: those in use, and those that may take their places
	lanes  []*lane     // one per slot, changed by who holds it

	generations []atomic.Uint64 // of the slots' workers
	places      chan struct{}   // holds the stuck calls that were replaced
	stuck       profile.StuckCalls

	later  sync.WaitGroup // ends of sessions that wait for their thread
	ending sync.RWMutex   // held for reading while a session ends, for writing by Close
	ended  bool

	mu         sync.Mutex // never held while attached
	namespaces map[string]*interp.Namespace
	workers    []*adapter // _worker.Worker of each slot; none without an adapter. Replaced as a whole
	offers     map[*offered]struct{}
	spare      []*lane
	closeOnce  sync.Once
	closeErr   error
}

func newInstance(c Config, spec profile.Spec, python *embed.Interpreter) *instance {
	in := &instance{
		config: c, spec: spec, python: python,
		stuck:       profile.StuckCalls{Heard: spec.Stuck},
		all:         make([]lane, spec.Workers+spec.MaxStuck),
		lanes:       make([]*lane, spec.Workers),
		generations: make([]atomic.Uint64, spec.Workers),
		places:      make(chan struct{}, spec.MaxStuck),
		namespaces:  map[string]*interp.Namespace{},
		offers:      map[*offered]struct{}{},
	}
	for i := range in.all {
		l := &in.all[i]
		if i < spec.Workers {
			in.lanes[i] = l
		} else {
			in.spare = append(in.spare, l)
		}
	}
	return in
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
	maker, err := in.python.Function("Worker")
	if err != nil {
		return err
	}
	defer maker.Release()
	in.workers = make([]*adapter, in.spec.Workers)
	for slot := range in.spec.First(in.spec.Workers) {
		w, err := in.adapter(ctx, maker, slot)
		if err != nil {
			return fmt.Errorf("snakepit: pool %q: adapter %s: %w", in.spec.Pool, in.config.Adapter, err)
		}
		in.workers[slot] = w
	}
	return nil
}

// Generation implements profile.Generations: a stuck worker is replaced.
func (in *instance) Generation(slot int32) uint64 { return 1 + in.generations[slot].Load() }

func turnedOnBy(modules []string) string {
	if len(modules) == 0 {
		return ""
	}
	return fmt.Sprintf(" (turned on by %s)", strings.Join(modules, ", "))
}

func (in *instance) adapter(ctx context.Context, make cgo.Object, slot int) (*adapter, error) {
	if slot > 0 && in.config.Shared {
		return in.workers[0], nil
	}
	return in.newWorker(ctx, make, slot, in.lanes[slot].pin)
}

func (in *instance) newWorker(ctx context.Context, make cgo.Object, slot int, p *pin) (*adapter, error) {
	if p != nil {
		return in.adapterOn(ctx, p, slot, make)
	}
	o, err := in.python.OnInit(ctx, in.config.Adapter, make, in.config.Adapter, !in.config.Shared, in.spec.Pool, slot)
	if err != nil {
		return nil, err
	}
	return newAdapter(o, nil), nil
}

// Own implements profile.Objects.
func (in *instance) Own(handle uintptr) profile.Handle { return interp.NewObject(handle) }

// Close implements profile.Instance.
func (in *instance) Close(ctx context.Context) error {
	in.closeOnce.Do(func() {
		for i := range in.all {
			in.all[i].stop()
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
	for _, w := range in.own(in.workers) {
		in.closeWorker(w)
		w.object.Release()
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
	workers := in.current()
	for _, w := range in.own(workers) {
		errs = append(errs, w.endSession(in, number))
	}
	end, err := in.python.Function("end_session")
	if err != nil {
		return err
	}
	defer end.Release()
	_, err = embed.Ask(cgo.Call, end, number)
	return errors.Join(append(errs, err)...)
}

// own are the workers that there are, each once.
func (in *instance) own(workers []*adapter) (all []*adapter) {
	for _, w := range workers {
		if w != nil && !slices.Contains(all, w) {
			all = append(all, w)
		}
	}
	return all
}

// Stats implements profile.Instance.
func (in *instance) Stats() profile.Stats {
	gil := in.python.GIL()
	s := profile.Stats{
		Profile: "thread", Python: in.python.Info.Version, Executable: in.python.Info.Python.Executable,
		FreeThreaded: in.python.Info.FreeThreaded, GIL: gil.Enabled, GILCulprits: gil.Culprits,
		ThreadStates: cgo.ThreadStates(), NativeThreads: nativeThreads(),
	}
	in.stuck.Tell(&s)
	for _, sig := range in.python.BadSignals() {
		s.BadSignals = append(s.BadSignals, sig.String())
	}
	return s
}
