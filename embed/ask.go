package embed

import (
	"fmt"

	"github.com/gosnakepit/snakepit/cgo"
	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/goerror"
	"github.com/gosnakepit/snakepit/internal/wire"
)

// Ref lends a Python object as an argument; the caller keeps it alive meanwhile.
type Ref cgo.Object

// Lend implements wire.Lender.
func (r Ref) Lend() (uintptr, error) { return uintptr(r), nil }

// Return implements wire.Lender.
func (r Ref) Return() {}

// Ask runs one operation of ours, not of the user's: arguments in, plain value out.
// Objects in the result are cgo.Object, owned by the caller.
func Ask(op cgo.Op, target cgo.Object, args ...any) (any, error) {
	f := wire.NewFrame()
	defer f.Recycle()
	codec.PutHeader(f, len(args), 0, 0)
	for i, a := range args {
		if err := codec.Encode(f, a, fmt.Sprintf("args[%d]", i)); err != nil {
			return nil, err
		}
	}
	if err := cgo.Do(op, target, f, 0).Err(f, goerror.Arrived); err != nil {
		return nil, err
	}
	f.Ret.NewObject = func(h uintptr) any { return cgo.Object(h) }
	r := wire.NewReader(&f.Ret)
	return codec.Decode(&r)
}

// Attribute returns an attribute that is no plain value, as an object owned by the caller.
func Attribute(of cgo.Object, name string) (cgo.Object, error) {
	key := cgo.Intern(name)
	defer key.Release()
	v, err := Ask(cgo.GetAttr, key, Ref(of))
	if err != nil {
		return 0, err
	}
	o, ok := v.(cgo.Object)
	if !ok {
		return 0, fmt.Errorf("snakepit: attribute %q is a %T, want an object", name, v)
	}
	return o, nil
}
