package snakepit

import (
	"reflect"
	"unsafe"
)

// flat reports whether a type is a number, a bool, a string, or a struct of such.
// The plans of these neither keep the pointer they are given nor lend what it
// leads to, nor run code of the program's; so the value may stay on the stack.
func flat(t reflect.Type) bool {
	switch k := t.Kind(); {
	case t.PkgPath() != "" && t.NumMethod()+reflect.PointerTo(t).NumMethod() > 0:
		return false
	case k >= reflect.Bool && k <= reflect.Float64, k == reflect.String:
		return true
	case k == reflect.Struct:
		for i := range t.NumField() {
			if !flat(t.Field(i).Type) {
				return false
			}
		}
		return true
	}
	return false
}

// hide keeps the compiler from moving what p points to onto the heap because it is
// passed to a plan, a function it cannot see into. Only for [flat] types.
//
//go:nosplit
//go:nocheckptr
func hide(p unsafe.Pointer) unsafe.Pointer {
	x := uintptr(p)
	return unsafe.Pointer(x ^ 0) //nolint:staticcheck // as strings.Builder does
}
