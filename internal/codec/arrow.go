package codec

import (
	"reflect"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/capsule"
	"github.com/gosnakepit/snakepit/internal/hold"
	"github.com/gosnakepit/snakepit/internal/wire"
)

var arrowType = reflect.TypeFor[capsule.Lender]()

// encArrow lends an Arrow value: Python asks it for Arrow's C structs when somebody
// wants them.
func encArrow(t reflect.Type) encoder {
	return func(f *wire.Frame, p unsafe.Pointer, _ trail) error {
		v := reflect.NewAt(t, p).Elem()
		if t.Kind() == reflect.Pointer && v.IsNil() {
			putTag(f, wire.None)
			return nil
		}
		return putArrow(f, v.Interface().(capsule.Lender))
	}
}

func putArrow(f *wire.Frame, v capsule.Lender) error {
	if err := v.Lend(); err != nil {
		return faultOf("an Arrow value", err)
	}
	l := loan{hold.New(v), v}
	f.Lend(l)
	if f.Local {
		putWord(f, wire.Object, 0)
		return nil
	}
	f.In = append(f.In, byte(wire.Arrow))
	putWord(f, wire.Tag(v.ArrowKind()), uint64(l.hold.Address()))
	return nil
}

// loan is the call's own reference to an Arrow value.
type loan struct {
	hold  *hold.Hold
	value capsule.Lender
}

// Lend implements wire.Lender.
func (l loan) Lend() (uintptr, error) { return l.hold.Address(), nil }

// Return implements wire.Lender.
func (l loan) Return() { l.hold.Release() }
