//go:build !unix

package offheap

import "unsafe"

// mapPages gives Go memory, which the pager's map keeps alive; Go's heap does not move.
func mapPages(n int) unsafe.Pointer {
	b := make([]byte, n+Align)
	skip := -uintptr(unsafe.Pointer(unsafe.SliceData(b))) & (Align - 1)
	return unsafe.Pointer(&b[skip])
}

func unmapPages(unsafe.Pointer, int) {}
