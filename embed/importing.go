package embed

import (
	"context"
	"fmt"
	"strings"

	"github.com/gosnakepit/snakepit/cgo"
)

// NotObjectError says that a target names a plain value, which cannot be called.
type NotObjectError struct {
	Target string
	Value  any
}

func (e *NotObjectError) Error() string {
	return fmt.Sprintf("snakepit: %s is a %T, not something to call; read it with Eval", e.Target, e.Value)
}

type imported struct {
	v   any
	err error
}

// OnInit runs an operation that may import modules on the init thread: it calls
// fn(args...) and returns the object that comes out, owned by the caller. The
// module that target names is vetted first, and the GIL and signal handlers are
// looked at afterwards. When ctx ends first the import goes on, and its result is
// dropped.
func (p *Interpreter) OnInit(ctx context.Context, target string, fn cgo.Object, args ...any) (cgo.Object, error) {
	done := make(chan imported, 1)
	if err := p.thread.submit(ctx, func() { done <- p.importing(target, fn, args) }); err != nil {
		return 0, err
	}
	select {
	case r := <-done:
		return r.object(target)
	case <-ctx.Done():
		go func() { release((<-done).v) }()
		return 0, ctx.Err()
	}
}

func (p *Interpreter) importing(target string, fn cgo.Object, args []any) imported {
	module, _, _ := strings.Cut(target, ":")
	if err := p.vet(module); err != nil {
		return imported{nil, err}
	}
	v, err := Ask(cgo.Call, fn, args...)
	p.Check()
	return imported{v, err}
}

func (r imported) object(target string) (cgo.Object, error) {
	if r.err != nil {
		return 0, r.err
	}
	o, ok := r.v.(cgo.Object)
	if !ok {
		return 0, &NotObjectError{Target: target, Value: r.v}
	}
	return o, nil
}

func release(v any) {
	if o, ok := v.(cgo.Object); ok {
		o.Release()
	}
}
