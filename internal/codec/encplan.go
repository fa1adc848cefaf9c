package codec

import (
	"encoding"
	"reflect"
	"sync"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/wire"
)

// EncodeFunc appends to f.In the value of the plan's type at p. The path of an
// error is relative to that value ("" or ".Field[3]"). Neither f nor p is kept:
// what p points at directly is copied, what it refers to may be lent.
type EncodeFunc func(f *wire.Frame, p unsafe.Pointer) error

// encoder is an EncodeFunc somewhere inside a value.
type encoder func(f *wire.Frame, p unsafe.Pointer, tr trail) error

// PlanEncode returns the encoder of a type, or the *value.ConversionError of a
// type that can never cross. Safe for concurrent use; plans are kept for good.
func PlanEncode(t reflect.Type) (EncodeFunc, error) {
	pl := encPlans.of(t)
	if pl.err != nil {
		return nil, fresh(pl.err)
	}
	return pl.call, nil
}

type encPlan struct {
	enc    encoder
	call   EncodeFunc
	err    error
	direct bool // the data word of an interface is the value
}

// data returns where the value in an interface is.
func (pl *encPlan) data(e *eface) unsafe.Pointer {
	if pl.direct {
		return hidePointer(unsafe.Pointer(&e.data))
	}
	return e.data
}

// encCache holds the plans of all types seen so far.
type encCache struct {
	plans sync.Map // reflect.Type → *encPlan
	key   bool     // for values that must be hashable in Python
}

var (
	encPlans = encCache{}
	keyPlans = encCache{key: true}
)

func (c *encCache) of(t reflect.Type) *encPlan {
	if pl, ok := c.plans.Load(t); ok {
		return pl.(*encPlan)
	}
	b := encBuilder{key: c.key, plans: map[reflect.Type]*encPlan{}}
	pl := &encPlan{}
	pl.enc, pl.err = b.plan(t)
	pl.call = func(f *wire.Frame, p unsafe.Pointer) error { return pl.enc(f, p, trail{}) }
	zero := reflect.Zero(t).Interface()
	pl.direct = t.Kind() != reflect.Interface && (*eface)(unsafe.Pointer(&zero)).data == nil
	kept, _ := c.plans.LoadOrStore(t, pl)
	return kept.(*encPlan)
}

// encBuilder makes the plan of one type, and those of the types in it.
type encBuilder struct {
	key   bool
	plans map[reflect.Type]*encPlan
}

func (b *encBuilder) plan(t reflect.Type) (encoder, error) {
	if pl, ok := b.plans[t]; ok {
		return pl.late, nil
	}
	pl := &encPlan{}
	b.plans[t] = pl
	var err error
	pl.enc, err = b.build(t)
	return pl.enc, err
}

// late calls a plan that was being made when it was asked for: a recursive type's.
func (pl *encPlan) late(f *wire.Frame, p unsafe.Pointer, tr trail) error { return pl.enc(f, p, tr) }

var (
	lenderType = reflect.TypeFor[wire.Lender]()
	textType   = reflect.TypeFor[encoding.TextMarshaler]()
)

// build tells types by their meaning first, by their methods next, by their kind last.
func (b *encBuilder) build(t reflect.Type) (encoder, error) {
	switch k := t.Kind(); {
	case b.key && t == tupleType:
		return encKeyTuple, nil
	case b.key && (t == setType || t == dictType):
		return nil, unhashable(t)
	case hasMeaning(t):
		return encMeaning(t), nil
	case k == reflect.Interface:
		return b.iface(t), nil
	case t.Implements(lenderType):
		return encLender(t), nil
	case t.Implements(arrowType):
		return encArrow(t), nil
	case k != reflect.Pointer && reflect.PointerTo(t).Implements(lenderType):
		return nil, never(t, ", whose pointer can")
	case k == reflect.Pointer && hasMeaning(t.Elem()):
		return b.pointer(t)
	case t.Implements(textType):
		return encText(t), nil
	case reflect.PointerTo(t).Implements(textType):
		return encTextOf(t), nil
	default:
		return b.kind(t, k)
	}
}

func (b *encBuilder) kind(t reflect.Type, k reflect.Kind) (encoder, error) {
	if enc := encScalars[k]; enc != nil {
		return enc, nil
	}
	switch k {
	case reflect.Pointer:
		return b.pointer(t)
	case reflect.Slice:
		return b.slice(t)
	case reflect.Array:
		return b.array(t)
	case reflect.Map:
		return b.mapping(t)
	case reflect.Struct:
		return b.structure(t)
	case reflect.Func, reflect.Chan:
		return encIterator(t)
	}
	return nil, never(t, "")
}

func (b *encBuilder) pointer(t reflect.Type) (encoder, error) {
	elem, err := b.plan(t.Elem())
	if err != nil {
		return nil, err
	}
	if k := t.Elem().Kind(); k == reflect.Pointer || k == reflect.Interface {
		elem = countPointer(elem, saltOf(t))
	}
	return func(f *wire.Frame, p unsafe.Pointer, tr trail) error {
		if p = *(*unsafe.Pointer)(p); p == nil {
			putTag(f, wire.None)
			return nil
		}
		return elem(f, p, tr)
	}, nil
}

// countPointer makes a step of pointers that lead to nothing but pointers, which
// are no level of nesting in Python but may be a cycle.
func countPointer(elem encoder, salt uint64) encoder {
	return func(f *wire.Frame, p unsafe.Pointer, tr trail) error {
		tr, err := tr.down(p, 0, salt)
		if err != nil {
			return err
		}
		return elem(f, p, tr)
	}
}

// iface returns the encoder of an interface type.
func (b *encBuilder) iface(t reflect.Type) encoder {
	enc := encodeAny
	if b.key {
		enc = encodeKey
	}
	if t.NumMethod() == 0 {
		return func(f *wire.Frame, p unsafe.Pointer, tr trail) error { return enc(f, *(*any)(p), tr) }
	}
	return func(f *wire.Frame, p unsafe.Pointer, tr trail) error {
		return enc(f, reflect.NewAt(t, p).Elem().Interface(), tr)
	}
}
