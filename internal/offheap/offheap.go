package offheap

import (
	"fmt"
	"unsafe"
)

// Align is what every address given by Alloc is a multiple of: a cache line, and
// what vector instructions and other libraries' allocators want.
const Align = 64

// maxSize is beyond what a process can address.
const maxSize = 1 << 47

// impl is C's allocator where there is C. It is written before main begins.
var impl struct {
	alloc func(int) unsafe.Pointer
	free  func(unsafe.Pointer)
}

// SetAllocator makes Alloc and Free use these functions. Package cgo calls it once,
// from its init. alloc gives n > 0 bytes at a multiple of [Align], or nil; they need
// not be zero. What was allocated before is still freed as it was allocated.
func SetAllocator(alloc func(n int) unsafe.Pointer, free func(unsafe.Pointer)) {
	impl.alloc, impl.free = alloc, free
}

// Alloc returns at least max(n, 1) bytes of zeros at a multiple of [Align].
func Alloc(n int) (unsafe.Pointer, error) {
	if p := take(n, Area.Alloc); p != nil {
		return p, nil
	}
	return Private(n)
}

// Private is Alloc for what no other process may see.
func Private(n int) (unsafe.Pointer, error) {
	p, err := private(n)
	if err == nil && impl.alloc != nil { // the system's pages are zero
		clear(unsafe.Slice((*byte)(p), n))
	}
	return p, err
}

// Dirty is Alloc for who overwrites all of it: what the bytes are is not said.
func Dirty(n int) (unsafe.Pointer, error) {
	if p := take(n, Area.Dirty); p != nil {
		return p, nil
	}
	return private(n)
}

func private(n int) (unsafe.Pointer, error) {
	if n < 0 || int64(n) > maxSize {
		return nil, fmt.Errorf("offheap: cannot allocate %d bytes: no process has so many; the size was miscalculated", n)
	}
	alloc := impl.alloc
	if alloc == nil {
		alloc = pages.alloc
	}
	p := alloc(max(n, 1))
	if p == nil {
		return nil, fmt.Errorf("offheap: the system has no %d bytes left; release tensors that are no longer needed", n)
	}
	return p, nil
}

// Free gives back what Alloc, Private or Dirty returned.
func Free(p unsafe.Pointer) {
	if give(p) || pages.free(p) {
		return
	}
	if impl.free == nil {
		panic("offheap: Free of memory that is not allocated")
	}
	impl.free(p)
}
