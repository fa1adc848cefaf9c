package codec

import (
	"reflect"

	"github.com/gosnakepit/snakepit/internal/wire"
)

// stays is the fault of an object whose handle means nothing in another process.
func stays(t reflect.Type) error {
	return fault("a value that can go to another process", t.String()+", a handle to an object of this one")
}

// PutLent appends an object, which f returns when it is recycled.
func PutLent(f *wire.Frame, l wire.Lender) error {
	if f.Remote {
		return stays(reflect.TypeOf(l))
	}
	h, err := l.Lend()
	if err != nil {
		return err
	}
	f.Lend(l)
	putWord(f, wire.Object, uint64(h))
	return nil
}

// Lent reports whether values of a type are lent to Python and not described to it:
// objects, tensors, Arrow values. What Python makes of them only Python can tell.
func Lent(t reflect.Type) bool {
	return t == tensorType || t.Implements(lenderType) || t.Implements(arrowType)
}

// PutInt appends an int.
func PutInt(f *wire.Frame, v int64) { putWord(f, wire.Int, uint64(v)) }
