package codec

import (
	"encoding"
	"reflect"
	"sync"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/wire"
)

// DecodeFunc reads one value into memory of the plan's type at p. The path of an
// error is relative to that value. After an error the memory holds part of the
// value, and the reader is to be dropped. Neither r nor p is kept.
type DecodeFunc func(r *wire.Reader, p unsafe.Pointer) error

// PlanDecode returns the decoder of a type, or the *value.ConversionError of a
// type that nothing can become. Safe for concurrent use; plans are kept for good.
func PlanDecode(t reflect.Type) (DecodeFunc, error) {
	if pl, ok := decPlans.Load(t); ok {
		return pl.(*decPlan).get()
	}
	b := decBuilder{plans: map[reflect.Type]*decPlan{}}
	pl := &decPlan{}
	pl.dec, pl.err = b.plan(t)
	kept, _ := decPlans.LoadOrStore(t, pl)
	return kept.(*decPlan).get()
}

type decPlan struct {
	dec DecodeFunc
	err error
}

func (pl *decPlan) get() (DecodeFunc, error) { return pl.dec, fresh(pl.err) }

var decPlans sync.Map // reflect.Type → *decPlan

// decBuilder makes the plan of one type, and those of the types in it.
type decBuilder struct {
	plans map[reflect.Type]*decPlan
}

func (b *decBuilder) plan(t reflect.Type) (DecodeFunc, error) {
	if pl, ok := b.plans[t]; ok {
		return pl.late, nil
	}
	pl := &decPlan{}
	b.plans[t] = pl
	pl.dec, pl.err = b.build(t)
	return pl.get()
}

// late calls a plan that was being made when it was asked for: a recursive type's.
func (pl *decPlan) late(r *wire.Reader, p unsafe.Pointer) error { return pl.dec(r, p) }

var parserType = reflect.TypeFor[encoding.TextUnmarshaler]()

func (b *decBuilder) build(t reflect.Type) (DecodeFunc, error) {
	switch k := t.Kind(); {
	case hasMeaning(t):
		return decMeaning(t), nil
	case k == reflect.Interface:
		return decInterface(t), nil
	case t.Implements(lenderType):
		return decLender(t), nil
	case k == reflect.Pointer:
		return b.pointer(t)
	case reflect.PointerTo(t).Implements(lenderType):
		return nil, never(t, ", whose pointer can")
	case reflect.PointerTo(t).Implements(parserType):
		return decText(t), nil
	default:
		return b.kind(t, k)
	}
}

func (b *decBuilder) kind(t reflect.Type, k reflect.Kind) (DecodeFunc, error) {
	if dec := decScalar(t); dec != nil {
		return dec, nil
	}
	switch k {
	case reflect.Slice:
		return b.slice(t)
	case reflect.Array:
		return b.array(t)
	case reflect.Map:
		return b.mapping(t)
	case reflect.Struct:
		return b.structure(t)
	}
	return nil, never(t, "")
}

func (b *decBuilder) pointer(t reflect.Type) (DecodeFunc, error) {
	elem, err := b.plan(t.Elem())
	if err != nil {
		return nil, err
	}
	et := t.Elem()
	return func(r *wire.Reader, p unsafe.Pointer) error {
		switch r.Peek() {
		case wire.None:
			r.Tag()
			*(*unsafe.Pointer)(p) = nil
			return nil
		case wire.Object:
			return object(r, t, p)
		}
		q := reflect.New(et).UnsafePointer()
		if err := elem(r, q); err != nil {
			return err
		}
		*(*unsafe.Pointer)(p) = q
		return nil
	}, nil
}

// object reads an Object into a t that its Go handle may be.
func object(r *wire.Reader, t reflect.Type, p unsafe.Pointer) error {
	r.Tag()
	o, ok := r.Object()
	switch {
	case !ok:
		return r.Garbled()
	case !reflect.TypeOf(o).AssignableTo(t):
		return fault(t.String(), "a Python object")
	}
	reflect.NewAt(t, p).Elem().Set(reflect.ValueOf(o))
	return nil
}

func decLender(t reflect.Type) DecodeFunc {
	return func(r *wire.Reader, p unsafe.Pointer) error {
		switch tag := r.Peek(); {
		case tag == wire.Object:
			return object(r, t, p)
		case tag == wire.None && t.Kind() == reflect.Pointer:
			r.Tag()
			*(*unsafe.Pointer)(p) = nil
			return nil
		}
		return mismatch(r, t.String())
	}
}

func decInterface(t reflect.Type) DecodeFunc {
	if t.NumMethod() == 0 {
		return func(r *wire.Reader, p unsafe.Pointer) error {
			v, err := Decode(r)
			*(*any)(p) = v
			return err
		}
	}
	return func(r *wire.Reader, p unsafe.Pointer) error {
		v, err := Decode(r)
		switch {
		case err != nil:
			return err
		case v == nil:
			reflect.NewAt(t, p).Elem().SetZero()
		case !reflect.TypeOf(v).Implements(t):
			return fault(t.String(), typeName(v))
		default:
			reflect.NewAt(t, p).Elem().Set(reflect.ValueOf(v))
		}
		return nil
	}
}

// decText hands a str to UnmarshalText. It works on memory of its own: the method
// is foreign and may keep its receiver.
func decText(t reflect.Type) DecodeFunc {
	return func(r *wire.Reader, p unsafe.Pointer) error {
		b, ok := r.TakeStr()
		if !ok {
			return mismatch(r, t.String())
		}
		v := reflect.New(t)
		if err := v.Interface().(encoding.TextUnmarshaler).UnmarshalText(cloneBytes(b)); err != nil {
			return fault(t.String(), "str "+quote(b)+": "+err.Error())
		}
		reflect.NewAt(t, p).Elem().Set(v.Elem())
		return nil
	}
}
