package threadprofile

import (
	"context"
	"fmt"
	"sync"

	"github.com/gosnakepit/snakepit/cgo"
	"github.com/gosnakepit/snakepit/embed"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/interp"
	"github.com/gosnakepit/snakepit/profile"
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
	in *instance
	of []cgo.Object // by slot
}

func (t *offered) runOn(slot int32, f *wire.Frame) error {
	if t.in.pinned.Load() {
		return t.in.on(slot, f, func() error { return t.RunAs(t.of[slot], f) })
	}
	return t.RunAs(t.of[slot], f)
}

// Run implements profile.Prepared.
func (t *offered) Run(ctx context.Context, slot int32, f *wire.Frame) error {
	t.in.announce(slot, f)
	if ctx.Done() == nil && !t.in.pinned.Load() {
		return t.RunAs(t.of[slot], f)
	}
	return t.in.run(ctx, slot, t, f)
}

// Release implements profile.Prepared.
func (t *offered) Release() {
	for _, o := range t.of {
		o.Release()
	}
	t.Func.Release()
}

func (in *instance) tool(t profile.Target) (profile.Prepared, error) { return in.offer(names.tool, t) }

// offer resolves a tool on every worker, by a method of Worker that returns a callable.
func (in *instance) offer(how cgo.Object, t profile.Target) (*offered, error) {
	if len(in.workers) == 0 {
		return nil, fmt.Errorf("%w: %q (pool %q has no adapter; set threadprofile.Config.Adapter)", profile.ErrToolNotFound, t.Name, in.spec.Pool)
	}
	f, err := interp.Of(0, interp.Names{Keywords: t.Keywords, Keys: t.Keys, Tensors: t.Tensors})
	if err != nil {
		return nil, err
	}
	p := &offered{in: in, Func: f}
	for _, w := range in.workers {
		o, err := in.find(how, w, t.Name)
		if err != nil {
			p.Release()
			return nil, err
		}
		p.of = append(p.of, o)
	}
	return p, nil
}

// find returns a worker's tool, owned by the caller.
func (in *instance) find(how, worker cgo.Object, name string) (cgo.Object, error) {
	v, err := embed.Ask(cgo.Method, how, embed.Ref(worker), name)
	if err != nil {
		return 0, err
	}
	o, ok := v.(cgo.Object)
	if !ok {
		return 0, fmt.Errorf("%w: %q (adapter %s of pool %q has no such public function)", profile.ErrToolNotFound, name, in.config.Adapter, in.spec.Pool)
	}
	return o, nil
}

// Tools implements profile.Tools.
func (in *instance) Tools() ([]tool.Spec, error) {
	if len(in.workers) == 0 {
		return nil, nil
	}
	v, err := embed.Ask(cgo.Method, names.describe, embed.Ref(in.workers[0]))
	if err != nil {
		return nil, fmt.Errorf("snakepit: adapter %s: its tools cannot be described: %w", in.config.Adapter, err)
	}
	listed, _ := v.([]any)
	return tool.Described(listed)
}
