package offheap

import (
	"sync/atomic"
	"unsafe"
)

// ShareMin is the size in bytes from which memory is shared: less is copied as fast as it
// is described.
const ShareMin = 4 << 10

// Area is memory that other processes see too. *shm.Arena is one.
type Area interface {
	Alloc(n int) (unsafe.Pointer, error) // zeros
	Dirty(n int) (unsafe.Pointer, error)
	Free(p unsafe.Pointer)
	Find(p uintptr, n int) (offset uint64, ok bool)
}

// shared is the area, nil in programs that have no other processes.
var shared atomic.Pointer[Area]

// Share makes Alloc and Dirty take memory of [ShareMin] bytes and more from an area, while
// there is room. What was allocated before is freed as it was allocated. It may be called
// once, at any time; the area is used for ever.
func Share(a Area) {
	if !shared.CompareAndSwap(nil, &a) {
		panic("offheap: memory is shared already")
	}
}

// Shared returns where in the area n bytes at an address lie, if they do.
func Shared(p uintptr, n int) (offset uint64, ok bool) {
	a := shared.Load()
	if a == nil {
		return 0, false
	}
	return (*a).Find(p, n)
}

// take returns nil if the memory is to come from elsewhere. An area without room is no
// failure: memory that is not shared can still be copied.
func take(n int, alloc func(Area, int) (unsafe.Pointer, error)) unsafe.Pointer {
	a := shared.Load()
	if a == nil || n < ShareMin {
		return nil
	}
	p, err := alloc(*a, n)
	if err != nil {
		return nil
	}
	return p
}

// give reports whether the memory was the area's.
func give(p unsafe.Pointer) bool {
	if _, ours := Shared(uintptr(p), 0); !ours {
		return false
	}
	(*shared.Load()).Free(p)
	return true
}
