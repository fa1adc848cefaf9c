package codec

import (
	"reflect"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/wire"
)

func (b *encBuilder) mapping(t reflect.Type) (encoder, error) {
	if b.key {
		return nil, unhashable(t)
	}
	if enc := encStringMap(t); enc != nil {
		return enc, nil
	}
	key, err := keyEncoder(t.Key())
	if err != nil {
		return nil, inKey(err)
	}
	elem, err := b.plan(t.Elem())
	if err != nil {
		return nil, at("[]", err)
	}
	m := mapEncoder{t: t, key: key, elem: elem, salt: saltOf(t)}
	return m.encode, nil
}

func keyEncoder(t reflect.Type) (encoder, error) {
	b := encBuilder{key: true, plans: map[reflect.Type]*encPlan{}}
	return b.plan(t)
}

// mapEncoder writes maps by reflection.
type mapEncoder struct {
	t         reflect.Type
	key, elem encoder
	salt      uint64
}

func (m *mapEncoder) encode(f *wire.Frame, p unsafe.Pointer, tr trail) error {
	tr, err := tr.down(*(*unsafe.Pointer)(p), 0, m.salt)
	if err != nil {
		return err
	}
	// By way of an interface: the iterator is on the heap and must not know p.
	v := reflect.ValueOf(reflect.NewAt(m.t, p).Elem().Interface())
	return m.pairs(f, v, tr)
}

// pairs writes the entries, and how many they turned out to be last.
func (m *mapEncoder) pairs(f *wire.Frame, v reflect.Value, tr trail) error {
	where, n := putCount(f, wire.Dict, 0), 0
	key, elem := reflect.New(m.t.Key()), reflect.New(m.t.Elem())
	for it := v.MapRange(); it.Next(); n++ {
		key.Elem().SetIterKey(it)
		elem.Elem().SetIterValue(it)
		if err := m.key(f, key.UnsafePointer(), tr); err != nil {
			return inKey(err)
		}
		if err := m.elem(f, elem.UnsafePointer(), tr); err != nil {
			return atKey(key.Elem().Interface(), err)
		}
	}
	patchCount(f, where, n)
	return nil
}

// encStringMap returns the encoder of a common map type, without reflection.
func encStringMap(t reflect.Type) encoder {
	if t.Key() != reflect.TypeFor[string]() {
		return nil
	}
	switch t.Elem() {
	case reflect.TypeFor[any]():
		return func(f *wire.Frame, p unsafe.Pointer, tr trail) error {
			return encodeStringMap(f, *(*map[string]any)(p), tr)
		}
	case reflect.TypeFor[string]():
		return encMapOf[string](encString)
	case reflect.TypeFor[int]():
		return encMapOf[int](encSigned[int])
	case reflect.TypeFor[int64]():
		return encMapOf[int64](encSigned[int64])
	case reflect.TypeFor[float64]():
		return encMapOf[float64](encFloat[float64])
	case reflect.TypeFor[bool]():
		return encMapOf[bool](encBool)
	}
	return nil
}

func encMapOf[V any](elem encoder) encoder {
	return func(f *wire.Frame, p unsafe.Pointer, tr trail) error {
		tr, err := tr.down(*(*unsafe.Pointer)(p), 0, dictSalt)
		if err != nil {
			return err
		}
		m := *(*map[string]V)(p)
		where, n := putCount(f, wire.Dict, 0), 0
		for k, v := range m {
			if err := putStr(f, k); err != nil {
				return inKey(err)
			}
			if err := elem(f, unsafe.Pointer(hide(&v)), tr); err != nil {
				return atKey(k, err)
			}
			n++
		}
		patchCount(f, where, n)
		return nil
	}
}
