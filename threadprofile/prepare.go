package threadprofile

import (
	"context"
	"fmt"

	"github.com/gosnakepit/snakepit/cgo"
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
		return interp.Resolve(ctx, in.python, t.Name, interp.Names{Keywords: t.Keywords, Keys: t.Keys, Tensors: t.Tensors})
	case profile.Method:
		return interp.Method(t.Name)
	case profile.Attribute:
		return interp.Attribute(t.Name)
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
		return ns.Exec()
	}
	return ns.Eval()
}

// shared is the same function on every slot.
type shared struct {
	*interp.Func
	in *instance
}

func (s *shared) runOn(l *lane, _ int32, f *wire.Frame) error {
	if l.pin != nil {
		return l.pin.run(f, func() error { return s.RunGuarded(&l.guard, cgo.Only, s.Target(), f) })
	}
	return s.RunGuarded(&l.guard, cgo.Only, s.Target(), f)
}

func (s *shared) keep() (release func()) { return s.Retain().Release }

// Run implements profile.Prepared.
func (s *shared) Run(ctx context.Context, slot int32, f *wire.Frame) error {
	s.in.announce(slot, f)
	if ctx.Done() != nil {
		return s.in.run(ctx, slot, s, f)
	}
	if s.in.pinned.Load() {
		return s.in.laneOf(slot, f).pin.run(f, func() error { return s.Func.Run(f) })
	}
	return s.Func.RunAs(s.Target(), f)
}

// run runs a call that can be cancelled: on the caller's own thread if the caller cannot
// leave it, because it was told so, or because the context ends with that of the call which
// it was made within.
func (in *instance) run(ctx context.Context, slot int32, what runner, f *wire.Frame) error {
	switch {
	case f.Call.Nesting == wire.Apart: // the slot's lane may be what waits for this call
		own := lane{pin: in.laneOf(slot, f).pin}
		defer own.stop()
		return own.run(ctx, in, slot, what, f)
	case f.Call.Nesting == wire.Within:
		return (&lane{pin: in.laneOf(slot, f).pin}).watched(ctx, in, slot, what, f)
	case in.config.Inline:
		return in.lanes[slot].watched(ctx, in, slot, what, f)
	}
	return in.lanes[slot].run(ctx, in, slot, what, f)
}
