package codec

import (
	"context"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
)

// encArrowData passes Arrow data of another process back to it.
func encArrowData(f *wire.Frame, p unsafe.Pointer, _ trail) error {
	a := *(**value.ArrowData)(p)
	switch {
	case a == nil:
		putTag(f, wire.None)
		return nil
	case f.Local:
		putSame(f, a)
		return nil
	case !f.Remote:
		return fault("a value of this process", "Arrow data of another one; read it by package zarrow and pass that")
	}
	if _, err := a.Remote(); err != nil {
		return faultOf("Arrow data", err)
	}
	PutArrow(f, 0, a)
	return nil
}

// decodeArrow reads what follows the tag.
func decodeArrow(r *wire.Reader) (any, error) {
	v, ok := r.Passed()
	if !ok {
		return nil, r.Garbled()
	}
	r.Made(v)
	return v, nil
}

func decArrowData(r *wire.Reader, p unsafe.Pointer) error {
	switch r.Peek() {
	case wire.Object:
		return object(r, arrowDataType, p)
	case wire.None:
		r.Tag()
		*(**value.ArrowData)(p) = nil
		return nil
	case wire.Arrow:
		r.Tag()
		v, err := decodeArrow(r)
		a, ok := v.(*value.ArrowData)
		if err == nil && !ok {
			return r.Garbled()
		}
		*(**value.ArrowData)(p) = a
		return err
	}
	return mismatch(r, "Arrow data")
}

// describeArrow names Arrow data without reading it.
func describeArrow(r *wire.Reader) string {
	a, ok := r.PeekPassed().(*value.ArrowData)
	if !ok {
		return ""
	}
	name, _ := a.TypeName(context.Background())
	return name + ", which has Arrow data and stays in its process"
}
