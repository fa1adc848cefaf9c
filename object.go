package snakepit

import (
	"context"
	"errors"
	"iter"
	"sync/atomic"

	"github.com/gosnakepit/snakepit/profile"
)

// Object is a Python object that stays in Python: what a call returns when no Go
// value stands for it. It belongs to whoever got it, until Release; it can be
// passed as an argument, to the runtime that it came from. Its methods run as calls
// of the pool that it came from.
type Object struct {
	pool   *Pool
	handle profile.Handle
	last   atomic.Pointer[lastTarget] // a loop calls the same method again and again
}

type lastTarget struct {
	key  targetKey
	what profile.Prepared
}

// Release gives the object up; Python frees it at once if nothing else holds it.
// Calls that use it keep it until they end. Only the first Release counts.
func (o *Object) Release() {
	if o.pool.session != nil {
		o.pool.session.forget(o)
	}
	o.handle.Release()
}

// Lend is for the codec, which passes objects as arguments.
func (o *Object) Lend() (uintptr, error) { return o.handle.Lend() }

// Return is for the codec.
func (o *Object) Return() { o.handle.Return() }

// Call calls a method. The names of methods live as long as the runtime: they are
// for what programs contain, not for what comes from data.
func (o *Object) Call(ctx context.Context, method string, args ...any) (any, error) {
	return o.do(ctx, profile.Method, method, args)
}

// Invoke calls the object itself.
func (o *Object) Invoke(ctx context.Context, args ...any) (any, error) {
	return o.do(ctx, profile.Helper, "invoke", args)
}

// Attr returns an attribute.
func (o *Object) Attr(ctx context.Context, name string) (any, error) {
	return o.do(ctx, profile.Attribute, name, nil)
}

// SetAttr sets an attribute.
func (o *Object) SetAttr(ctx context.Context, name string, v any) error {
	_, err := o.do(ctx, profile.Helper, "set_attribute", []any{name, v})
	return err
}

// Item returns object[key].
func (o *Object) Item(ctx context.Context, key any) (any, error) {
	return o.do(ctx, profile.Helper, "get_item", []any{key})
}

// SetItem sets object[key].
func (o *Object) SetItem(ctx context.Context, key, v any) error {
	_, err := o.do(ctx, profile.Helper, "set_item", []any{key, v})
	return err
}

// Repr returns repr(object).
func (o *Object) Repr(ctx context.Context) (string, error) { return o.text(ctx, "represent") }

// TypeName returns the type's module and qualified name, "numpy.ndarray".
func (o *Object) TypeName(ctx context.Context) (string, error) { return o.text(ctx, "type_name") }

func (o *Object) text(ctx context.Context, helper string) (string, error) {
	v, err := o.do(ctx, profile.Helper, helper, nil)
	s, _ := v.(string)
	return s, err
}

// Iter iterates over the object as a for statement of Python does. An error ends
// the iteration and comes last.
func (o *Object) Iter(ctx context.Context) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		v, err := o.do(ctx, profile.Helper, "iterate", nil)
		if err != nil {
			yield(nil, err)
			return
		}
		it, ok := v.(*Object)
		if !ok {
			yield(nil, errors.New("snakepit: the iterator came back as a value"))
			return
		}
		defer it.Release()
		it.each(ctx, yield)
	}
}

func (o *Object) each(ctx context.Context, yield func(any, error) bool) {
	for {
		v, err := o.do(ctx, profile.Helper, "next_item", nil)
		if err != nil {
			yield(nil, err)
			return
		}
		next := v.(Tuple)
		if more, _ := next[0].(bool); !more || !yield(next[1], nil) {
			return
		}
	}
}

func (o *Object) do(ctx context.Context, kind profile.Kind, name string, args []any) (any, error) {
	key := targetKey{kind, name}
	last := o.last.Load()
	if last == nil || last.key != key {
		what, err := o.pool.prepare(ctx, kind, name)
		if err != nil {
			return nil, err
		}
		last = &lastTarget{key, what}
		o.last.Store(last)
	}
	return o.pool.encodeAndInvoke(ctx, name, last.what, o, args, nil)
}
