package tool

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/zerocopy"
)

// Tool is a Go function that Python may call. Make one with [New]; the zero value is
// none.
type Tool struct{ of *definition }

type definition struct {
	spec Spec
	err  error // why it cannot be registered
	run  func(ctx context.Context, r *wire.Reader, n int, f *wire.Frame) error
}

// New makes a tool of a function. The fields of In, a struct, are its parameters, by
// their tags `py:"name,omitempty"` and `doc:"…"`; those with omitempty and pointers are
// optional. struct{} has none, and a map with string keys takes any keyword arguments.
// Out is anything that can cross; struct{} is None. A tensor as Out is given to Python: to
// keep it, return a view of it. Tensors and objects in In are the function's to release. What cannot be a tool is an error
// when it is registered, and of [Tool.Spec].
func New[In, Out any](name, doc string, f func(context.Context, In) (Out, error)) Tool {
	d := &definition{spec: Spec{Name: name, Description: doc}}
	in, out := reflect.TypeFor[In](), reflect.TypeFor[Out]()
	decode, err1 := d.takes(in)
	encode, err2 := d.gives(out)
	if d.err = errors.Join(checkName(name), err1, err2); f == nil {
		d.err = errors.Join(d.err, fmt.Errorf("snakepit: tool %q: its function is nil", name))
	}
	isTensor := out == reflect.TypeFor[*zerocopy.Tensor]()
	places := sync.Pool{New: func() any { return new(place[In, Out]) }}
	d.run = func(ctx context.Context, r *wire.Reader, n int, fr *wire.Frame) error {
		p := places.Get().(*place[In, Out])
		defer func() {
			*p = place[In, Out]{}
			places.Put(p)
		}()
		if err := decode(r, n, unsafe.Pointer(&p.in)); err != nil {
			r.Drop()
			return d.invalid(err)
		}
		out, err := f(ctx, p.in)
		if err != nil {
			return err
		}
		p.out = out
		err = encode(fr, unsafe.Pointer(&p.out))
		if isTensor {
			any(out).(*zerocopy.Tensor).Release() // Python has a reference of its own
		}
		return err
	}
	return Tool{d}
}

type place[In, Out any] struct {
	in  In
	out Out
}

// Name returns the tool's name.
func (t Tool) Name() string {
	if t.of == nil {
		return ""
	}
	return t.of.spec.Name
}

// Spec returns what the tool takes and gives, or why it cannot be one.
func (t Tool) Spec() (Spec, error) {
	if t.of == nil {
		return Spec{}, errors.New("snakepit: the zero value of tool.Tool is no tool; make one with tool.New")
	}
	return t.of.spec, t.of.err
}

// Call runs the tool for a profile: with n encoded arguments, in the order of the
// parameters, Missing for those not given; the result is appended to f.In. A tool that
// is open has one argument, a dict. Arguments that do not fit are a *[ValidationError].
func (t Tool) Call(ctx context.Context, r *wire.Reader, n int, f *wire.Frame) error {
	mark := len(f.In)
	if err := t.of.run(ctx, r, n, f); err != nil {
		f.In = f.In[:mark]
		return err
	}
	return nil
}

// decoder reads the arguments into memory of type In.
type decoder func(r *wire.Reader, n int, in unsafe.Pointer) error

// takes plans the arguments and describes them.
func (d *definition) takes(t reflect.Type) (decoder, error) {
	isMap := t.Kind() == reflect.Map && t.Key().Kind() == reflect.String
	s, isStruct, err := codec.PlanStruct(t)
	if err != nil {
		return nil, d.unfit("argument", err)
	}
	if !isMap && (!isStruct || t.Kind() != reflect.Struct) {
		return nil, fmt.Errorf("snakepit: tool %q: its argument is a %s; want a struct, or a map with string keys", d.spec.Name, t)
	}
	plan, err := codec.PlanDecode(t) // fails now if a field can never cross
	if err != nil {
		return nil, d.unfit("argument", err)
	}
	d.spec.Open = isMap
	if d.spec.Schema, d.spec.Params, err = argumentSchema(t); err != nil {
		return nil, err
	}
	if isMap {
		return func(r *wire.Reader, _ int, in unsafe.Pointer) error { return plan(r, in) }, nil
	}
	return s.DecodeValues, nil
}

// unfit says that a type cannot cross, and where in it lies why.
func (d *definition) unfit(what string, err error) error {
	if c, ok := errors.AsType[*value.ConversionError](err); ok {
		err = &value.ConversionError{Path: what + c.Path, Want: c.Want, Got: c.Got, Err: c.Err}
	}
	return fmt.Errorf("snakepit: tool %q: %w", d.spec.Name, err)
}

// gives plans the result and describes it.
func (d *definition) gives(t reflect.Type) (codec.EncodeFunc, error) {
	if _, plain, _ := codec.PlanStruct(t); plain && t.Kind() == reflect.Struct && t.NumField() == 0 {
		d.spec.Result = []byte(`{"type":"null"}`)
		return func(f *wire.Frame, _ unsafe.Pointer) error {
			codec.PutNone(f)
			return nil
		}, nil
	}
	plan, err := codec.PlanEncode(t)
	if err != nil {
		return nil, d.unfit("result", err)
	}
	if d.spec.Result, err = typeSchema(t); err == nil && bytes.Contains(d.spec.Result, []byte(iteratorSchema)) {
		err = fmt.Errorf("snakepit: tool %q: its result is a %s; an iterator ends with the call it belongs to: want a slice", d.spec.Name, t)
	}
	return plan, err
}

// iteratorSchema is in the schema of each type that holds an iterator or a channel.
const iteratorSchema = `"x-python":"collections.abc.Iterator"`

// invalid turns a failed conversion of the arguments into a *ValidationError.
func (d *definition) invalid(err error) error {
	var c *value.ConversionError
	if !errors.As(err, &c) {
		return err
	}
	path := c.Path
	if len(path) > 0 && path[0] == '.' {
		path = path[1:]
	}
	return &ValidationError{Tool: d.spec.Name, Path: path, Expected: c.Want, Got: c.Got, Err: err}
}
