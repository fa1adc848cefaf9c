package codec

import (
	"reflect"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/wire"
)

func (b *decBuilder) mapping(t reflect.Type) (DecodeFunc, error) {
	if dec := decStringMap(t); dec != nil {
		return dec, nil
	}
	key, err := b.plan(t.Key())
	if err != nil {
		return nil, inKey(err)
	}
	elem, err := b.plan(t.Elem())
	if err != nil {
		return nil, at("[]", err)
	}
	m := &mapDecoder{t: t, key: key, elem: elem}
	return m.decode, nil
}

// mapDecoder reads maps by reflection.
type mapDecoder struct {
	t         reflect.Type
	key, elem DecodeFunc
}

func (m *mapDecoder) decode(r *wire.Reader, p unsafe.Pointer) error {
	n, err := readDict(r, m.t)
	if err != nil {
		return err
	}
	v := reflect.MakeMapWithSize(m.t, n)
	key, elem := reflect.New(m.t.Key()), reflect.New(m.t.Elem())
	for range n {
		key.Elem().SetZero()
		elem.Elem().SetZero()
		if err := m.entry(r, key, elem); err != nil {
			return err
		}
		v.SetMapIndex(key.Elem(), elem.Elem())
	}
	r.Leave()
	reflect.NewAt(m.t, p).Elem().Set(v)
	return nil
}

func (m *mapDecoder) entry(r *wire.Reader, key, elem reflect.Value) error {
	if err := m.key(r, key.UnsafePointer()); err != nil {
		return inKey(err)
	}
	if !key.Elem().Comparable() {
		return inKey(fault("a key of "+m.t.String(), typeName(key.Elem().Interface())))
	}
	if err := m.elem(r, elem.UnsafePointer()); err != nil {
		return atKey(key.Elem().Interface(), err)
	}
	return nil
}

// readDict reads the beginning of a dict.
func readDict(r *wire.Reader, t reflect.Type) (n int, err error) {
	if r.Peek() != wire.Dict {
		return 0, mismatch(r, t.String())
	}
	r.Tag()
	n, ok := r.Count(2)
	if !ok {
		return 0, r.Garbled()
	}
	if !r.Enter() {
		return 0, tooDeep()
	}
	return n, nil
}

// decStringMap returns the decoder of a common map type, without reflection.
func decStringMap(t reflect.Type) DecodeFunc {
	if t.Key() != reflect.TypeFor[string]() {
		return nil
	}
	switch t.Elem() {
	case reflect.TypeFor[any]():
		return decMapOf[any](t, decInterface(t.Elem()))
	case reflect.TypeFor[string]():
		return decMapOf[string](t, decString)
	case reflect.TypeFor[int]():
		return decMapOf[int](t, decSigned[int])
	case reflect.TypeFor[int64]():
		return decMapOf[int64](t, decSigned[int64])
	case reflect.TypeFor[float64]():
		return decMapOf[float64](t, decFloat64)
	case reflect.TypeFor[bool]():
		return decMapOf[bool](t, decBool)
	}
	return nil
}

func decMapOf[V any](t reflect.Type, elem DecodeFunc) DecodeFunc {
	return func(r *wire.Reader, p unsafe.Pointer) error {
		n, err := readDict(r, t)
		if err != nil {
			return err
		}
		r.NextDict()
		m := make(map[string]V, min(n, r.Rest()/minEntry))
		for range n {
			key, ok := r.TakeStr()
			if !ok {
				return inKey(mismatch(r, "string"))
			}
			k := r.Name(key)
			var v V
			if err := elem(r, unsafe.Pointer(hide(&v))); err != nil {
				return atKey(k, err)
			}
			m[k] = v
		}
		r.Leave()
		*(*map[string]V)(p) = m
		return nil
	}
}
