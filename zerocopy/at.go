package zerocopy

import "unsafe"

// At returns an element: a bool, an intN, uintN, floatN or complexN of Go, or one of this
// package's narrow floats.
func (t *Tensor) At(idx ...int) (any, error) {
	if !t.enter() {
		return nil, released("At")
	}
	defer t.leave()
	p, err := t.locate("At", idx)
	if err != nil {
		return nil, err
	}
	v := boxed(t.dtype, p)
	if v == nil {
		return nil, fail("At", "Go has no type for %v; read its Bytes", t.dtype)
	}
	return v, nil
}

// Set writes an element. v has the very type that At returns; int and uint are good too.
func (t *Tensor) Set(v any, idx ...int) error {
	switch v := v.(type) {
	case bool:
		return Set(t, v, idx...)
	case int:
		return Set(t, v, idx...)
	case int8:
		return Set(t, v, idx...)
	case int16:
		return Set(t, v, idx...)
	case int32:
		return Set(t, v, idx...)
	case int64:
		return Set(t, v, idx...)
	case uint:
		return Set(t, v, idx...)
	case uint8:
		return Set(t, v, idx...)
	case uint16:
		return Set(t, v, idx...)
	case uint32:
		return Set(t, v, idx...)
	case uint64:
		return Set(t, v, idx...)
	case float32:
		return Set(t, v, idx...)
	case float64:
		return Set(t, v, idx...)
	case complex64:
		return Set(t, v, idx...)
	case complex128:
		return Set(t, v, idx...)
	case F16:
		return Set(t, v, idx...)
	case BF16:
		return Set(t, v, idx...)
	case F8E4M3FN:
		return Set(t, v, idx...)
	case F8E5M2:
		return Set(t, v, idx...)
	}
	return fail("Set", "a %T cannot be an element of a tensor", v)
}

// At returns an element of a tensor whose elements are T, without allocating.
func At[T Element](t *Tensor, idx ...int) (v T, err error) {
	if !t.enter() {
		return v, released("At")
	}
	defer t.leave()
	if d := DTypeOf[T](); d != t.dtype {
		return v, fail("At", "the elements of %v are no %v", t, d)
	}
	p, err := t.locate("At", idx)
	if err != nil {
		return v, err
	}
	if t.dtype == Bool { // a byte of Python's may be neither 0 nor 1
		b := load[uint8](p) != 0
		return *(*T)(unsafe.Pointer(&b)), nil
	}
	return load[T](p), nil
}

// Set writes an element of a tensor whose elements are T.
func Set[T Element](t *Tensor, v T, idx ...int) error {
	if !t.enter() {
		return released("Set")
	}
	defer t.leave()
	if d := DTypeOf[T](); d != t.dtype {
		return fail("Set", "the elements of %v are no %v", t, d)
	}
	if t.readOnly {
		return readOnly("Set", t)
	}
	p, err := t.locate("Set", idx)
	if err == nil {
		store(p, v)
	}
	return err
}

func readOnly(op string, t *Tensor) error {
	return fail(op, "%v is read-only, by its owner's wish or because its elements repeat; write to a Clone", t)
}

// locate returns the address of an element. The caller has entered.
func (t *Tensor) locate(op string, idx []int) (uintptr, error) {
	if err := t.checkHost(op); err != nil {
		return 0, err
	}
	shape, strides := t.shape(), t.strides()
	if len(idx) != len(shape) {
		return 0, fail(op, "there are %d indices for the %d dimensions of %v", len(idx), len(shape), t)
	}
	at := 0
	for i, n := range idx {
		if n < 0 || n >= shape[i] {
			return 0, fail(op, "the index %s is outside of %v", dims(idx), t)
		}
		at += n * strides[i]
	}
	return t.base + uintptr(t.offset+at*t.dtype.Size()), nil
}

func boxed(d DType, p uintptr) any {
	switch d {
	case Bool:
		return load[uint8](p) != 0
	case Int8:
		return load[int8](p)
	case Int16:
		return load[int16](p)
	case Int32:
		return load[int32](p)
	case Int64:
		return load[int64](p)
	case Uint8:
		return load[uint8](p)
	case Uint16:
		return load[uint16](p)
	case Uint32:
		return load[uint32](p)
	case Uint64:
		return load[uint64](p)
	case Float32:
		return load[float32](p)
	case Float64:
		return load[float64](p)
	case Complex64:
		return load[complex64](p)
	case Complex128:
		return load[complex128](p)
	case Float16:
		return load[F16](p)
	case BFloat16:
		return load[BF16](p)
	case Float8E4M3FN:
		return load[F8E4M3FN](p)
	case Float8E5M2:
		return load[F8E5M2](p)
	}
	return nil
}

// load reads from an address that need not be aligned: foreign memory begins anywhere.
func load[T any](p uintptr) (v T) {
	if p%unsafe.Alignof(v) == 0 {
		return *(*T)(pointer(p))
	}
	n := unsafe.Sizeof(v)
	copy(unsafe.Slice((*byte)(unsafe.Pointer(&v)), n), unsafe.Slice((*byte)(pointer(p)), n))
	return v
}

func store[T any](p uintptr, v T) {
	if p%unsafe.Alignof(v) == 0 {
		*(*T)(pointer(p)) = v
		return
	}
	n := unsafe.Sizeof(v)
	copy(unsafe.Slice((*byte)(pointer(p)), n), unsafe.Slice((*byte)(unsafe.Pointer(&v)), n))
}
