package codec

import (
	"math"
	"reflect"
	"strconv"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
)

// decScalars holds the decoders of the kinds that need no more than their kind.
var decScalars = map[reflect.Kind]DecodeFunc{
	reflect.Bool:       decBool,
	reflect.Int:        decSigned[int],
	reflect.Int8:       decSigned[int8],
	reflect.Int16:      decSigned[int16],
	reflect.Int32:      decSigned[int32],
	reflect.Int64:      decSigned[int64],
	reflect.Uint:       decUnsigned[uint],
	reflect.Uint8:      decUnsigned[uint8],
	reflect.Uint16:     decUnsigned[uint16],
	reflect.Uint32:     decUnsigned[uint32],
	reflect.Uint64:     decUnsigned[uint64],
	reflect.Uintptr:    decUnsigned[uintptr],
	reflect.Float32:    decFloat32,
	reflect.Float64:    decFloat64,
	reflect.Complex64:  decComplex[complex64],
	reflect.Complex128: decComplex[complex128],
	reflect.String:     decString,
}

// decScalar returns the decoder of a scalar type, nil for another kind. Errors
// name the type itself, not its kind.
func decScalar(t reflect.Type) DecodeFunc {
	dec := decScalars[t.Kind()]
	if dec == nil || t.PkgPath() == "" {
		return dec
	}
	return func(r *wire.Reader, p unsafe.Pointer) error {
		if err := dec(r, p); err != nil {
			return renamed(err, t.String())
		}
		return nil
	}
}

// renamed names the type that was wanted.
func renamed(err error, want string) error {
	if c, ok := err.(*value.ConversionError); ok {
		c.Want = want
	}
	return err
}

func decBool(r *wire.Reader, p unsafe.Pointer) error {
	if !takeBool(r, p) {
		return mismatch(r, "bool")
	}
	return nil
}

func decSigned[T signed](r *wire.Reader, p unsafe.Pointer) error {
	w, ok := r.Take(wire.Int)
	if !ok {
		return mismatch(r, kindName[T]())
	}
	v := T(w)
	if int64(v) != int64(w) {
		return fault(kindName[T](), "int "+strconv.FormatInt(int64(w), 10))
	}
	*(*T)(p) = v
	return nil
}

func decUnsigned[T unsigned](r *wire.Reader, p unsafe.Pointer) error {
	w, ok := r.Take(wire.Int)
	if ok && int64(w) < 0 {
		return fault(kindName[T](), "int "+strconv.FormatInt(int64(w), 10))
	}
	if !ok {
		if w, ok = takeUint(r); !ok {
			return mismatch(r, kindName[T]())
		}
	}
	v := T(w)
	if uint64(v) != w {
		return fault(kindName[T](), "int "+strconv.FormatUint(w, 10))
	}
	*(*T)(p) = v
	return nil
}

// takeUint reads an int above the largest int64 that fits into a uint64; otherwise
// it reads nothing.
func takeUint(r *wire.Reader) (uint64, bool) {
	if r.Peek() != wire.BigInt { // which is what Python sends
		return r.Take(wire.Uint)
	}
	here := r.Pos()
	r.Tag()
	if x, ok := readBig(r, wire.BigInt); ok && x.IsUint64() {
		return x.Uint64(), true
	}
	r.Seek(here)
	return 0, false
}

func kindName[T any]() string { return reflect.TypeFor[T]().String() }

func decString(r *wire.Reader, p unsafe.Pointer) error {
	b, ok := r.TakeStr()
	if !ok {
		return mismatch(r, "string")
	}
	*(*string)(p) = string(b)
	return nil
}

func decFloat64(r *wire.Reader, p unsafe.Pointer) error {
	w, ok := r.Take(wire.Float)
	if !ok {
		v, err := floatFromInt(r, "float64")
		*(*float64)(p) = v
		return err
	}
	*(*float64)(p) = math.Float64frombits(w)
	return nil
}

func decFloat32(r *wire.Reader, p unsafe.Pointer) error {
	w, ok := r.Take(wire.Float)
	if !ok {
		v, err := floatFromInt(r, "float32")
		if err == nil && float64(float32(v)) != v {
			return fault("float32", "int "+strconv.FormatFloat(v, 'f', 0, 64))
		}
		*(*float32)(p) = float32(v)
		return err
	}
	v := math.Float64frombits(w)
	if math.IsInf(float64(float32(v)), 0) && !math.IsInf(v, 0) {
		return fault("float32", "float "+strconv.FormatFloat(v, 'g', -1, 64))
	}
	*(*float32)(p) = float32(v)
	return nil
}

// floatFromInt reads an int that a float64 holds exactly.
func floatFromInt(r *wire.Reader, want string) (float64, error) {
	if w, ok := r.Take(wire.Int); ok {
		v, exact := exactFloat(int64(w))
		return v, inexact(want, exact)
	}
	t := r.Peek()
	if t != wire.Uint && t != wire.BigInt {
		return 0, mismatch(r, want)
	}
	r.Tag()
	x, ok := readBig(r, t)
	if !ok {
		return 0, r.Garbled()
	}
	v, exact := exactBig(x)
	return v, inexact(want, exact)
}

func inexact(want string, exact bool) error {
	if exact {
		return nil
	}
	return fault(want, "an int that no float is equal to")
}

func decComplex[T complex64 | complex128](r *wire.Reader, p unsafe.Pointer) error {
	if r.Peek() != wire.Complex {
		var re float64
		if err := decFloat64(r, unsafe.Pointer(&re)); err != nil {
			return renamed(err, kindName[T]())
		}
		*(*T)(p) = T(complex(re, 0))
		return nil
	}
	r.Tag()
	re, ok := r.Word()
	im, ok2 := r.Word()
	if !ok || !ok2 {
		return r.Garbled()
	}
	*(*T)(p) = T(complex(math.Float64frombits(re), math.Float64frombits(im)))
	return nil
}
