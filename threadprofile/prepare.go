package threadprofile

import (
	"context"
	"fmt"

	"github.com/gosnakepit/snakepit/cgo"
	"github.com/gosnakepit/snakepit/embed"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/interp"
	"github.com/gosnakepit/snakepit/profile"
)

// Prepare implements profile.Instance.
func (in *instance) Prepare(ctx context.Context, t profile.Target) (profile.Prepared, error) {
	if t.Kind == profile.Tool {
		return in.tool(t)
	}
	f, err := in.function(ctx, t)
	if err != nil {
		return nil, err
	}
	return &shared{f, in}, nil
}

func (in *instance) function(ctx context.Context, t profile.Target) (*interp.Func, error) {
	switch t.Kind {
	case profile.Function:
		return interp.Resolve(ctx, in.python, t.Name, interp.Names{Keywords: t.Keywords, Keys: t.Keys})
	case profile.Method:
		return interp.Method(t.Name), nil
	case profile.Attribute:
		return interp.Attribute(t.Name), nil
	case profile.Helper:
		return interp.Helper(in.python, t.Name)
	case profile.Exec, profile.Eval:
		return in.code(t)
	}
	return nil, fmt.Errorf("snakepit: the thread profile does not know targets of kind %d", t.Kind)
}

func (in *instance) code(t profile.Target) (*interp.Func, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	ns, ok := in.namespaces[t.Name]
	if !ok {
		var err error
		if ns, err = interp.NewNamespace(in.python, t.Name); err != nil {
			return nil, err
		}
		in.namespaces[t.Name] = ns
	}
	if t.Kind == profile.Exec {
		return ns.Exec(), nil
	}
	return ns.Eval(), nil
}

// shared is the same function on every slot.
type shared struct {
	*interp.Func
	in *instance
}

func (s *shared) runOn(_ int32, f *wire.Frame) error { return s.Func.Run(f) }

// Run implements profile.Prepared.
func (s *shared) Run(ctx context.Context, slot int32, f *wire.Frame) error {
	if s.in.inline(ctx) {
		return s.Func.Run(f)
	}
	return s.in.lanes[slot].run(ctx, slot, s, f)
}

// inline reports whether a call runs on the caller's own thread.
func (in *instance) inline(ctx context.Context) bool { return ctx.Done() == nil || in.config.Inline }

// tool is one method of every worker's adapter.
type tool struct {
	*interp.Func
	in *instance
	of []cgo.Object // by slot
}

func (t *tool) runOn(slot int32, f *wire.Frame) error { return t.RunAs(t.of[slot], f) }

// Run implements profile.Prepared.
func (t *tool) Run(ctx context.Context, slot int32, f *wire.Frame) error {
	if t.in.inline(ctx) {
		return t.runOn(slot, f)
	}
	return t.in.lanes[slot].run(ctx, slot, t, f)
}

// Release implements profile.Prepared.
func (t *tool) Release() {
	for _, o := range t.of {
		o.Release()
	}
	t.Func.Release()
}

func (in *instance) tool(t profile.Target) (profile.Prepared, error) {
	if len(in.workers) == 0 {
		return nil, fmt.Errorf("%w: %q (pool %q has no adapter; set threadprofile.Config.Adapter)", profile.ErrToolNotFound, t.Name, in.spec.Pool)
	}
	p := &tool{in: in, Func: interp.Of(0, interp.Names{Keywords: t.Keywords, Keys: t.Keys})}
	for _, w := range in.workers {
		o, err := in.find(w, t.Name)
		if err != nil {
			p.Release()
			return nil, err
		}
		p.of = append(p.of, o)
	}
	return p, nil
}

// find returns a worker's tool, owned by the caller.
func (in *instance) find(worker cgo.Object, name string) (cgo.Object, error) {
	key := cgo.Intern("tool")
	defer key.Release()
	v, err := embed.Ask(cgo.Method, key, embed.Ref(worker), name)
	if err != nil {
		return 0, err
	}
	o, ok := v.(cgo.Object)
	if !ok {
		return 0, fmt.Errorf("%w: %q (adapter %s of pool %q has no such public function)", profile.ErrToolNotFound, name, in.config.Adapter, in.spec.Pool)
	}
	return o, nil
}
