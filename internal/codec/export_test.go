package codec

import (
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/wire"
)

// Zones returns how many time zones are kept.
func Zones() (loaded, fixed int) { return len(zones.loaded), len(zones.fixed) }

// EncodeAt calls fn for a p that may point into the stack, and puts path before
// that of an error. What the value at p refers to must not lie on the stack.
func EncodeAt(fn EncodeFunc, f *wire.Frame, p unsafe.Pointer, path string) error {
	if err := fn(f, hidePointer(p)); err != nil {
		return at(path, err)
	}
	return nil
}

// DecodeRet reads a whole result with fn into p, which may point into the stack.
// The path of an error begins with "result"; objects in a result that fails are
// released.
func DecodeRet(fn DecodeFunc, ret *wire.Ret, p unsafe.Pointer) error {
	var r wire.Reader
	r.Start(ret)
	err := fn(hide(&r), hidePointer(p))
	if err == nil && r.Rest() > 0 {
		err = r.Garbled()
	}
	if err != nil {
		r.Drop()
		return at("result", err)
	}
	return nil
}
