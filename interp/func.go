package interp

import (
	"context"
	"encoding/binary"

	"github.com/gosnakepit/snakepit/cgo"
	"github.com/gosnakepit/snakepit/embed"
	"github.com/gosnakepit/snakepit/internal/wire"
)

// Func is something to run, resolved once.
type Func struct {
	op       cgo.Op
	target   cgo.Object
	keywords cgo.Object // names of the keyword arguments, or 0
	keys     cgo.Object // keys to read from a result that is a dict, or 0
}

// Names are what a Func knows about its arguments and its result; see profile.Target.
type Names struct{ Keywords, Keys []string }

func newFunc(op cgo.Op, target cgo.Object, n Names) *Func {
	f := &Func{op: op, target: target}
	if len(n.Keywords) > 0 {
		f.keywords = cgo.Keys(n.Keywords)
	}
	if len(n.Keys) > 0 {
		f.keys = cgo.Keys(n.Keys)
	}
	return f
}

// Resolve imports what "module:qualname" names.
func Resolve(ctx context.Context, p *embed.Interpreter, target string, n Names) (*Func, error) {
	resolve, err := p.Function("resolve")
	if err != nil {
		return nil, err
	}
	defer resolve.Release()
	o, err := p.OnInit(ctx, target, resolve, target)
	if err != nil {
		return nil, err
	}
	return newFunc(cgo.Call, o, n), nil
}

// Of returns a Func that calls an object; it takes over the reference.
func Of(callable cgo.Object, n Names) *Func { return newFunc(cgo.Call, callable, n) }

// Method returns a Func that calls the method name of its first argument. The name
// lives as long as the process.
func Method(name string) *Func { return newFunc(cgo.Method, cgo.Intern(name), Names{}) }

// Attribute returns a Func that reads the attribute name of its only argument.
func Attribute(name string) *Func { return newFunc(cgo.GetAttr, cgo.Intern(name), Names{}) }

// Helper returns a function of snakepit_bridge._runtime.
func Helper(p *embed.Interpreter, name string) (*Func, error) {
	o, err := p.Function(name)
	if err != nil {
		return nil, err
	}
	return newFunc(cgo.Call, o, Names{}), nil
}

// Run runs the function with the arguments in f.In, on the calling thread, and
// leaves the result in f.Ret.
func (fn *Func) Run(f *wire.Frame) error { return fn.RunAs(fn.target, f) }

// RunAs is Run with another target that takes the same arguments.
func (fn *Func) RunAs(target cgo.Object, f *wire.Frame) error {
	if fn.keywords != 0 {
		binary.NativeEndian.PutUint64(f.In[8:], uint64(fn.keywords))
	}
	status := cgo.Do(fn.op, target, f, fn.keys)
	if status == cgo.OK {
		return nil
	}
	return status.Err(f, embed.GoError)
}

// Target returns the object that is called, owned by the Func.
func (fn *Func) Target() cgo.Object { return fn.target }

// Release gives up what the function holds. It must not be running.
func (fn *Func) Release() {
	fn.target.Release()
	fn.keywords.Release()
	fn.keys.Release()
	fn.target, fn.keywords, fn.keys = 0, 0, 0
}
