package codec

import (
	"reflect"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/wire"
)

// encScalars holds the encoders of the kinds that need no more than their kind.
var encScalars = map[reflect.Kind]encoder{
	reflect.Bool:       encBool,
	reflect.Int:        encSigned[int],
	reflect.Int8:       encSigned[int8],
	reflect.Int16:      encSigned[int16],
	reflect.Int32:      encSigned[int32],
	reflect.Int64:      encSigned[int64],
	reflect.Uint:       encUnsigned[uint],
	reflect.Uint8:      encUnsigned[uint8],
	reflect.Uint16:     encUnsigned[uint16],
	reflect.Uint32:     encUnsigned[uint32],
	reflect.Uint64:     encUnsigned[uint64],
	reflect.Uintptr:    encUnsigned[uintptr],
	reflect.Float32:    encFloat[float32],
	reflect.Float64:    encFloat[float64],
	reflect.Complex64:  encComplex[complex64],
	reflect.Complex128: encComplex[complex128],
	reflect.String:     encString,
}

type signed interface {
	int | int8 | int16 | int32 | int64
}

type unsigned interface {
	uint | uint8 | uint16 | uint32 | uint64 | uintptr
}

func encBool(f *wire.Frame, p unsafe.Pointer, _ trail) error {
	putBool(f, *(*bool)(p))
	return nil
}

func encSigned[T signed](f *wire.Frame, p unsafe.Pointer, _ trail) error {
	putWord(f, wire.Int, uint64(int64(*(*T)(p))))
	return nil
}

func encUnsigned[T unsigned](f *wire.Frame, p unsafe.Pointer, _ trail) error {
	putUint(f, uint64(*(*T)(p)))
	return nil
}

func encFloat[T float32 | float64](f *wire.Frame, p unsafe.Pointer, _ trail) error {
	putFloat(f, float64(*(*T)(p)))
	return nil
}

func encComplex[T complex64 | complex128](f *wire.Frame, p unsafe.Pointer, _ trail) error {
	putComplex(f, complex128(*(*T)(p)))
	return nil
}

func encString(f *wire.Frame, p unsafe.Pointer, _ trail) error { return putStr(f, *(*string)(p)) }
