package codec

import "unsafe"

// eface is an interface value: its type and its data word, which points at the
// value or, for pointer-shaped types, is the value.
type eface struct {
	typ, data unsafe.Pointer
}

// sliceHeader is a slice of any type.
type sliceHeader struct {
	data     unsafe.Pointer
	len, cap int
}

// hide keeps p from counting as escaped, so that what it points at may stay on
// the stack. Only for callees that keep no copy of p, which holds for all
// encoders and decoders here: what they hand to foreign code is a copy. The
// stack may move during the callee, not during hide, where the pointer is for a
// moment a number: a nosplit function is not preempted, unless it is inlined.
//
//go:nosplit
//go:noinline
func hide[T any](p *T) *T {
	x := uintptr(unsafe.Pointer(p))
	return *(**T)(unsafe.Pointer(&x))
}

//go:nosplit
//go:noinline
func hidePointer(p unsafe.Pointer) unsafe.Pointer {
	x := uintptr(p)
	return *(*unsafe.Pointer)(unsafe.Pointer(&x))
}

// elems is the slice of n elements at p.
func elems[T any](p unsafe.Pointer, n int) []T { return unsafe.Slice((*T)(p), n) }
