package codec

import (
	"reflect"

	"github.com/gosnakepit/snakepit/internal/wire"
)

// Convert stores v in dst, which must be settable, the way it would arrive there
// from Python: it is encoded, and decoded as dst's type. A v of dst's type is
// assigned as it is, and objects keep their identity wherever they are. The paths
// of errors begin with "value".
func Convert(v any, dst reflect.Value) error {
	if t := reflect.TypeOf(v); t != nil && t.AssignableTo(dst.Type()) {
		dst.Set(reflect.ValueOf(v))
		return nil
	}
	dec, err := PlanDecode(dst.Type())
	if err != nil {
		return at("value", err)
	}
	f := wire.NewFrame()
	defer f.Recycle()
	f.Local = true
	if err := Encode(f, v, "value"); err != nil {
		return err
	}
	if err := decodeBack(f, dec, dst); err != nil {
		return at("value", err)
	}
	return nil
}

// decodeBack reads what was just encoded. The objects come in the order in which
// they were lent.
func decodeBack(f *wire.Frame, dec DecodeFunc, dst reflect.Value) error {
	lent := f.Lent()
	r := wire.NewReader(&wire.Ret{
		Tag: wire.Encoded,
		Buf: f.In[wire.HeaderSize:],
		NewObject: func(uintptr) any {
			o := lent[0]
			lent = lent[1:]
			if s, ok := o.(same); ok {
				return s.value
			}
			return o
		},
	})
	r.Borrowed = true
	fresh := reflect.New(dst.Type())
	if err := dec(&r, fresh.UnsafePointer()); err != nil {
		return err
	}
	dst.Set(fresh.Elem())
	return nil
}
