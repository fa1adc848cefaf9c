//go:build unix

package offheap

import (
	"syscall"
	"unsafe"
)

func mapPages(n int) unsafe.Pointer {
	b, err := syscall.Mmap(-1, 0, n, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return nil
	}
	return unsafe.Pointer(unsafe.SliceData(b))
}

func unmapPages(p unsafe.Pointer, n int) {
	_ = syscall.Munmap(unsafe.Slice((*byte)(p), n)) // fails only for memory that is not mapped
}
