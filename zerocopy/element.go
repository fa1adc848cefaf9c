package zerocopy

import (
	"reflect"
	"strconv"
)

// Element is a Go type that elements of tensors can have. F16, BF16, F8E4M3FN and
// F8E5M2 are told from the integers that they are made of; types derived from them are not.
type Element interface {
	~bool | ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 |
		~float32 | ~float64 | ~complex64 | ~complex128
}

var ofKind = [...]DType{
	reflect.Bool:       Bool,
	reflect.Int:        {CodeInt, strconv.IntSize, 1},
	reflect.Int8:       Int8,
	reflect.Int16:      Int16,
	reflect.Int32:      Int32,
	reflect.Int64:      Int64,
	reflect.Uint:       {CodeUint, strconv.IntSize, 1},
	reflect.Uint8:      Uint8,
	reflect.Uint16:     Uint16,
	reflect.Uint32:     Uint32,
	reflect.Uint64:     Uint64,
	reflect.Float32:    Float32,
	reflect.Float64:    Float64,
	reflect.Complex64:  Complex64,
	reflect.Complex128: Complex128,
}

// DTypeOf returns the type of elements that T is.
func DTypeOf[T Element]() DType {
	var v T
	switch any(v).(type) {
	case F16:
		return Float16
	case BF16:
		return BFloat16
	case F8E4M3FN:
		return Float8E4M3FN
	case F8E5M2:
		return Float8E5M2
	}
	return ofKind[reflect.TypeFor[T]().Kind()]
}
