package zarrow

import (
	"unsafe"

	"github.com/apache/arrow/go/v17/arrow/memory"

	"github.com/gosnakepit/snakepit/internal/offheap"
)

// Allocator builds Arrow data outside Go's heap, aligned to 64 bytes: for what lives
// long in Python, or is large enough to bother the garbage collector. Its memory is
// freed by Release only, so a record that is forgotten is lost; [Live] counts it.
//
// It panics when the system has no memory, as arrow-go's allocators do.
var Allocator memory.Allocator = allocator{}

type allocator struct{}

func (allocator) Allocate(size int) []byte {
	p, err := offheap.Alloc(size)
	if err != nil {
		panic(err)
	}
	live.allocated.Add(int64(size))
	return unsafe.Slice((*byte)(p), size)
}

func (a allocator) Reallocate(size int, old []byte) []byte {
	if size <= cap(old) {
		return old[:size]
	}
	grown := a.Allocate(size)
	copy(grown, old)
	a.Free(old)
	return grown
}

func (allocator) Free(b []byte) {
	if b == nil {
		return
	}
	live.allocated.Add(-int64(cap(b)))
	offheap.Free(unsafe.Pointer(unsafe.SliceData(b)))
}
