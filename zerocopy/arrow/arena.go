//go:build cgo

package zarrow

import (
	"errors"
	"unsafe"
)

var errMemory = errors.New("zarrow: the system gives no memory for Arrow's structs: release something and try again")

// arena hands out the memory of one export, piece by piece. It was measured before.
type arena struct {
	header, next unsafe.Pointer
}

func aligned(n int) int { return (n + 7) &^ 7 }

func (w *arena) take(n int) unsafe.Pointer {
	p := w.next
	w.next = unsafe.Add(p, aligned(n))
	return p
}

func (w *arena) text(s string) unsafe.Pointer { return w.bytes([]byte(s), len(s)+1) }

func (w *arena) bytes(b []byte, n int) unsafe.Pointer {
	p := w.take(n)
	copy(unsafe.Slice((*byte)(p), n), b)
	return p
}

func many[T any](w *arena, n int) []T {
	var t T
	return unsafe.Slice((*T)(w.take(n*int(unsafe.Sizeof(t)))), n)
}

// pointer is the address that came as a number, in memory that is not Go's.
func pointer[T any](address uintptr) *T { return *(**T)(unsafe.Pointer(&address)) }
