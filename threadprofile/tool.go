package threadprofile

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/gosnakepit/snakepit/cgo"
	"github.com/gosnakepit/snakepit/embed"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/interp"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/profile/hostside"
	"github.com/gosnakepit/snakepit/tool"
)

// names are the methods of _worker.Worker and of streams that are called here. They
// live as long as the process.
var names struct {
	once                                                   sync.Once
	describe, tool, stream, close, closeSession, interrupt cgo.Object
}

func internNames() {
	names.once.Do(func() {
		names.describe, names.tool, names.stream = cgo.Intern("describe"), cgo.Intern("tool"), cgo.Intern("stream")
		names.close, names.closeSession, names.interrupt = cgo.Intern("close"), cgo.Intern("close_session"), cgo.Intern("interrupt")
	})
}

// offered is a tool of every worker's adapter: by its name, what to call there.
type offered struct {
	*interp.Func
	in   *instance
	how  cgo.Object // the method of Worker that finds it
	name string
	of   []cgo.Object // by slot
}

func (t *offered) runOn(l *lane, slot int32, f *wire.Frame) error {
	o, err := t.callable(slot, f)
	if err != nil {
		return err
	}
	if l.pin != nil {
		return l.pin.run(f, func() error { return t.RunGuarded(&l.guard, cgo.Only, o, f) })
	}
	return t.RunGuarded(&l.guard, cgo.Only, o, f)
}

// keep keeps the names alone: quarantine sees to what is called.
func (t *offered) keep() (release func()) { return t.Retain().Release }

// Run implements profile.Prepared.
func (t *offered) Run(ctx context.Context, slot int32, f *wire.Frame) error {
	t.in.announce(slot, f)
	if ctx.Done() != nil {
		return t.in.run(ctx, slot, t, f)
	}
	o, err := t.callable(slot, f)
	if err != nil {
		return err
	}
	if t.in.pinned.Load() {
		return t.in.laneOf(slot, f).pin.run(f, func() error { return t.RunAs(o, f) })
	}
	return t.RunAs(o, f)
}

// callable is what a call runs. Who holds the slot may read it; a call within a call does
// not know whether that is stuck, and the slot another's by now.
func (t *offered) callable(slot int32, f *wire.Frame) (cgo.Object, error) {
	if f.Call.Nesting == wire.Outermost {
		return t.there(slot)
	}
	t.in.mu.Lock()
	defer t.in.mu.Unlock()
	if t.in.laneOf(slot, f).gone {
		return 0, hostside.ErrCallOver
	}
	return t.there(slot)
}

// there is the callable of a slot; a worker that came with a reload may have none.
func (t *offered) there(slot int32) (cgo.Object, error) {
	if o := t.of[slot]; o != 0 {
		return o, nil
	}
	return 0, t.in.lacks(t.name)
}

// swap puts another callable in a slot's place, and returns what is not used any more. By
// who holds the slot.
func (t *offered) swap(slot int32, o cgo.Object) cgo.Object {
	t.in.mu.Lock()
	defer t.in.mu.Unlock()
	if _, used := t.in.offers[t]; !used {
		return o
	}
	old := t.of[slot]
	t.of[slot] = o
	return old
}

// Release implements profile.Prepared.
func (t *offered) Release() {
	t.in.mu.Lock()
	delete(t.in.offers, t)
	t.in.mu.Unlock()
	for _, o := range t.of {
		o.Release()
	}
	t.Func.Release()
}

func (in *instance) tool(t profile.Target) (profile.Prepared, error) { return in.offer(names.tool, t) }

// offer resolves a tool on every worker, by a method of Worker that returns a callable.
func (in *instance) offer(how cgo.Object, t profile.Target) (*offered, error) {
	f, err := interp.Of(0, interp.Names{Keywords: t.Keywords, Keys: t.Keys, Tensors: t.Tensors})
	if err != nil {
		return nil, err
	}
	p := &offered{in: in, Func: f, how: how, name: t.Name}
	for {
		workers := in.current()
		err := p.resolve(workers)
		if err != nil {
			p.Release()
			return nil, err
		}
		if in.enter(p, workers) {
			return p, nil
		}
	}
}

func (t *offered) resolve(workers []*adapter) error {
	if len(workers) == 0 {
		return fmt.Errorf("%w: %q (pool %q has no adapter; set threadprofile.Config.Adapter)", profile.ErrToolNotFound, t.name, t.in.spec.Pool)
	}
	for _, o := range t.of {
		o.Release()
	}
	t.of = t.of[:0]
	for _, w := range workers {
		var o cgo.Object
		var err error
		if w != nil {
			if o, err = t.in.find(t.how, w.object, t.name); err != nil {
				return err
			}
		}
		t.of = append(t.of, o)
	}
	return nil
}

// enter makes a tool one whose callables are renewed with their workers; false: one of
// these was replaced meanwhile.
func (in *instance) enter(t *offered, workers []*adapter) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	if !slices.Equal(in.workers, workers) {
		return false
	}
	in.offers[t] = struct{}{}
	return true
}

// find returns a worker's tool, owned by the caller.
func (in *instance) find(how, worker cgo.Object, name string) (cgo.Object, error) {
	v, err := embed.Ask(cgo.Method, how, embed.Ref(worker), name)
	if err != nil {
		return 0, err
	}
	o, ok := v.(cgo.Object)
	if !ok {
		return 0, in.lacks(name)
	}
	return o, nil
}

// lacks is the error of a call of a tool that there is not.
func (in *instance) lacks(name string) error {
	return fmt.Errorf("%w: %q (adapter %s of pool %q has no such public function)", profile.ErrToolNotFound, name, in.config.Adapter, in.spec.Pool)
}

// Tools implements profile.Tools.
func (in *instance) Tools() ([]tool.Spec, error) {
	workers := in.current()
	if len(workers) == 0 {
		return nil, nil
	}
	v, err := embed.Ask(cgo.Method, names.describe, embed.Ref(workers[0].object))
	if err != nil {
		return nil, fmt.Errorf("snakepit: adapter %s: its tools cannot be described: %w", in.config.Adapter, err)
	}
	listed, _ := v.([]any)
	return tool.Described(listed)
}
