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
	if f.Local {
		putSame(f, v)
		return nil
	}
	if err := v.Lend(); err != nil {
		return faultOf("an Arrow value", err)
	}
	h := hold.New(v)
	f.Hold(h)
	f.In = append(f.In, byte(wire.Arrow))
	putWord(f, wire.Tag(v.ArrowKind()), uint64(h.Address()))
	return nil
}

// putSame writes a value that is to be read back as itself.
func putSame(f *wire.Frame, v any) {
	f.Lend(same{v})
	putWord(f, wire.Object, 0)
}

type same struct{ value any }

// Lend implements wire.Lender.
func (same) Lend() (uintptr, error) { return 0, nil }

// Return implements wire.Lender.
func (same) Return() {}
