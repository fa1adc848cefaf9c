//go:build cgo

package lend

import (
	"unsafe"

	"github.com/gosnakepit/snakepit/cgo/carrow"
)

// Arena hands out the memory of one export, piece by piece. It was measured before.
type Arena struct {
	header, next unsafe.Pointer
}

// NewArena makes an export; see [carrow.NewExport].
func NewArena(size, structs int, owner carrow.Owner) (Arena, error) {
	header := carrow.NewExport(size, structs, owner)
	if header == nil {
		return Arena{}, ErrMemory
	}
	return Arena{header, unsafe.Add(header, carrow.HeaderSize)}, nil
}

// Private is what each struct of the export has as its Private.
func (w *Arena) Private() unsafe.Pointer { return w.header }

// Aligned is what n bytes take.
func Aligned(n int) int { return (n + 7) &^ 7 }

// Take hands out n bytes, zeros.
func (w *Arena) Take(n int) unsafe.Pointer {
	p := w.next
	w.next = unsafe.Add(p, Aligned(n))
	return p
}

// Text hands out a C string.
func (w *Arena) Text(s string) unsafe.Pointer { return w.Bytes([]byte(s), len(s)+1) }

// Bytes hands out n bytes that begin with b.
func (w *Arena) Bytes(b []byte, n int) unsafe.Pointer {
	p := w.Take(n)
	copy(unsafe.Slice((*byte)(p), n), b)
	return p
}

// Many hands out n of a type.
func Many[T any](w *Arena, n int) []T {
	var t T
	return unsafe.Slice((*T)(w.Take(n*int(unsafe.Sizeof(t)))), n)
}

// Pointer is the address that came as a number, in memory that is not Go's.
func Pointer[T any](address uintptr) *T { return *(**T)(unsafe.Pointer(&address)) }
