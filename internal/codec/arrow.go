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
	PutArrow(f, v.ArrowKind(), v)
	return nil
}

// PutArrow appends an Arrow value that owner stands for, which is dropped when the frame
// is recycled and nobody else holds it.
func PutArrow(f *wire.Frame, kind capsule.Kind, owner hold.Owner) {
	h := hold.New(owner)
	f.Hold(h)
	f.In = append(f.In, byte(wire.Arrow))
	putWord(f, wire.Tag(kind), uint64(h.Address()))
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
