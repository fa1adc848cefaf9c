package interp

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/gosnakepit/snakepit/cgo"
	"github.com/gosnakepit/snakepit/embed"
	"github.com/gosnakepit/snakepit/internal/goerror"
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
type Names struct {
	Keywords, Keys []string
	Tensors        bool
}

// newFunc takes the target over, on error too.
func newFunc(op cgo.Op, target cgo.Object, n Names) (*Func, error) {
	f := &Func{op: op, target: target}
	if n.Tensors {
		f.op |= cgo.Tensors
	}
	var err1, err2 error
	f.keywords, err1 = keys(n.Keywords)
	f.keys, err2 = keys(n.Keys)
	if err := errors.Join(err1, err2); err != nil {
		f.Release()
		return nil, err
	}
	return f, nil
}

// keys returns a tuple of names, 0 for none.
func keys(names []string) (cgo.Object, error) {
	if len(names) == 0 {
		return 0, nil
	}
	for _, n := range names {
		if strings.ContainsRune(n, 0) {
			return 0, fmt.Errorf("snakepit: %q is no name: it holds a zero byte", n)
		}
	}
	o := cgo.Keys(names)
	if o == 0 {
		return 0, errNoMemory
	}
	return o, nil
}

var errNoMemory = errors.New("snakepit: out of memory for the names of arguments")

// named returns a Func whose target is a name.
func named(op cgo.Op, name string) (*Func, error) {
	if strings.ContainsRune(name, 0) {
		return nil, fmt.Errorf("snakepit: %q is no name: it holds a zero byte", name)
	}
	o := cgo.Intern(name)
	if o == 0 {
		return nil, errNoMemory
	}
	return newFunc(op, o, Names{})
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
	return newFunc(cgo.Call, o, n)
}

// Of returns a Func that calls an object; it takes over the reference.
func Of(callable cgo.Object, n Names) (*Func, error) { return newFunc(cgo.Call, callable, n) }

// Method returns a Func that calls the method name of its first argument. The name
// lives as long as the process.
func Method(name string) (*Func, error) { return named(cgo.Method, name) }

// Attribute returns a Func that reads the attribute name of its only argument.
func Attribute(name string) (*Func, error) { return named(cgo.GetAttr, name) }

// Helper returns a function of snakepit_bridge._runtime.
func Helper(p *embed.Interpreter, name string) (*Func, error) {
	o, err := p.Function(name)
	if err != nil {
		return nil, err
	}
	return newFunc(cgo.Call, o, Names{})
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
	return status.Err(f, goerror.Arrived)
}

// RunGuarded is RunAs for a call that was announced in a guard.
func (fn *Func) RunGuarded(g *cgo.Guard, place cgo.Place, target cgo.Object, f *wire.Frame) error {
	if fn.keywords != 0 {
		binary.NativeEndian.PutUint64(f.In[8:], uint64(fn.keywords))
	}
	status := cgo.DoGuarded(g, place, fn.op, target, f, fn.keys)
	if status == cgo.OK {
		return nil
	}
	return status.Err(f, goerror.Arrived)
}

// Retain returns another Func for the same, with references of its own.
func (fn *Func) Retain() *Func {
	retain := func(o cgo.Object) cgo.Object {
		if o == 0 {
			return 0
		}
		return o.Retain()
	}
	return &Func{op: fn.op, target: retain(fn.target), keywords: retain(fn.keywords), keys: retain(fn.keys)}
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
