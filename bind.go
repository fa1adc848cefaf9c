package snakepit

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/tally"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/profile"
)

// Bind resolves a target once and returns a typed function that calls it. The
// target is "module:qualname", or the name of a tool of the pool's adapter.
//
// A struct as In gives keyword arguments, by its tags `py:"name,omitempty"`; struct{}
// gives no argument; anything else is one positional argument. A struct as Out is
// filled from a mapping with those keys; struct{} ignores the result. The function
// is safe for concurrent use and good until the runtime is closed.
func Bind[In, Out any](from Caller, target string) (func(context.Context, In) (Out, error), error) {
	b, err := newBinding(from.defaultPool(), target, reflect.TypeFor[In](), reflect.TypeFor[Out]())
	if err != nil {
		return nil, fmt.Errorf("snakepit: Bind %s: %w", target, err)
	}
	// Plans reach values through pointers, which would put both on the heap in every
	// call; instead they have a place there that is used again.
	places := sync.Pool{New: func() any { return new(place[In, Out]) }}
	return func(ctx context.Context, in In) (out Out, err error) {
		p := places.Get().(*place[In, Out])
		p.in = in
		if err = b.call(ctx, unsafe.Pointer(&p.in), unsafe.Pointer(&p.out)); err == nil {
			out = p.out
		}
		*p = place[In, Out]{}
		places.Put(p)
		return out, err
	}, nil
}

type place[In, Out any] struct {
	in  In
	out Out
}

// BindInto is Bind for results that are large: the function fills *out, and uses the
// memory of its slices again as far as it goes. After an error *out is undefined.
func BindInto[In, Out any](from Caller, target string) (func(ctx context.Context, in In, out *Out) error, error) {
	b, err := newBinding(from.defaultPool(), target, reflect.TypeFor[In](), reflect.TypeFor[Out]())
	if err != nil {
		return nil, fmt.Errorf("snakepit: BindInto %s: %w", target, err)
	}
	return func(ctx context.Context, in In, out *Out) error {
		return b.call(ctx, unsafe.Pointer(&in), unsafe.Pointer(out))
	}, nil
}

// binding is a target with the plans for its argument and its result.
type binding struct {
	pool   *Pool
	counts *tally.Tally
	target profile.Target
	what   profile.Prepared
	encode codec.EncodeFunc // appends the argument and sets the header
	decode codec.DecodeFunc
}

func newBinding(p *Pool, target string, in, out reflect.Type) (*binding, error) {
	b := &binding{pool: p, counts: p.countsOf(target), target: profile.Target{Kind: profile.Function, Name: target, Tensors: codec.WantsTensors(out)}}
	if !strings.Contains(target, ":") {
		b.target.Kind = profile.Tool
	}
	if err := b.planIn(in); err != nil {
		return nil, err
	}
	if err := b.fitTool(in); err != nil {
		return nil, err
	}
	if err := b.planOut(out); err != nil {
		return nil, err
	}
	what, err := p.resolve(context.Background(), b.target)
	if err != nil {
		return nil, err
	}
	p.targets.keepBound(what) // released when the pool closes
	b.what = what
	return b, nil
}

func empty(t reflect.Type) bool { return t.Kind() == reflect.Struct && t.NumField() == 0 }

func (b *binding) planIn(t reflect.Type) error {
	if empty(t) {
		b.encode = func(f *wire.Frame, _ unsafe.Pointer) error {
			codec.PutHeader(f, 0, 0, 0)
			return nil
		}
		return nil
	}
	if s, ok, err := codec.PlanStruct(t); err != nil {
		return err
	} else if ok && t.Kind() == reflect.Struct {
		b.encode = keywords(s)
		b.target.Keywords = s.Names
		_, err = codec.PlanEncode(t) // fails now if a field can never cross
		return err
	}
	plan, err := codec.PlanEncode(t)
	b.encode = positional(plan)
	return err
}

// fitTool compares the argument with the parameters of the tool, if the adapter lists
// it. What is no struct is passed as its first parameter.
func (b *binding) fitTool(in reflect.Type) error {
	o := b.pool.offers.named(b.target.Name)
	if b.target.Kind != profile.Tool || o == nil {
		return nil
	}
	if o.spec.Streams {
		return ErrStreams
	}
	if empty(in) || b.target.Keywords != nil {
		b.byPosition(o, in)
		return o.check.Bind(in)
	}
	if len(o.names) == 0 {
		return &ValidationError{Tool: o.spec.Name, Path: "argument", Expected: "none", Got: in.String()}
	}
	b.target.Keywords = o.names[:1]
	positional := b.encode
	b.encode = func(f *wire.Frame, p unsafe.Pointer) error {
		err := positional(f, p)
		codec.PutHeader(f, 0, 1, 0)
		return err
	}
	return nil
}

// byPosition passes the fields of a struct by position if they are the tool's first
// parameters and never left out: Python finds them faster so.
func (b *binding) byPosition(o *offer, in reflect.Type) {
	s, ok, err := codec.PlanStruct(in)
	if !o.spec.Positional || !ok || err != nil || len(s.Names) > len(o.names) {
		return
	}
	for i, f := range s.Fields() {
		if f.Omit || f.Name != o.names[i] {
			return
		}
	}
	n := len(s.Names)
	b.encode = func(f *wire.Frame, p unsafe.Pointer) error {
		codec.PutHeader(f, n, 0, 0)
		return s.EncodeKeywords(f, p)
	}
}

func keywords(s *codec.StructPlan) codec.EncodeFunc {
	n := len(s.Names)
	return func(f *wire.Frame, p unsafe.Pointer) error {
		codec.PutHeader(f, 0, n, 0)
		return s.EncodeKeywords(f, p)
	}
}

func positional(plan codec.EncodeFunc) codec.EncodeFunc {
	return func(f *wire.Frame, p unsafe.Pointer) error {
		codec.PutHeader(f, 1, 0, 0)
		return plan(f, p)
	}
}

func (b *binding) planOut(t reflect.Type) error {
	if empty(t) {
		b.decode = func(r *wire.Reader, _ unsafe.Pointer) error {
			r.Drop()
			return nil
		}
		return nil
	}
	if s, ok, err := codec.PlanStruct(t); err != nil {
		return err
	} else if ok && t.Kind() == reflect.Struct {
		b.decode = s.DecodeFields
		b.target.Keys = s.Names
		_, err = codec.PlanDecode(t)
		return err
	}
	plan, err := codec.PlanDecode(t)
	b.decode = plan
	return err
}

func (b *binding) call(ctx context.Context, in, out unsafe.Pointer) error {
	f := b.pool.newFrame(ctx, b.target.Name, b.counts)
	if err := b.encode(f, in); err != nil {
		return unsent(f, at("argument", err))
	}
	if err := b.pool.run(ctx, b.what, f); err != nil {
		return refusedBy(b.target.Name, err)
	}
	result := f.Result()
	if err := b.decode(result, out); err != nil {
		result.Drop()
		return unread(f, at("result", err))
	}
	if err := checkOut(f, "the result"); err != nil {
		return unread(f, err)
	}
	f.Recycle()
	return nil
}
