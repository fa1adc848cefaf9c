//go:build cgo

package zarrow

import (
	"sync/atomic"
	"unsafe"

	"github.com/apache/arrow/go/v17/arrow/memory"

	"github.com/gosnakepit/snakepit/cgo/carrow"
	"github.com/gosnakepit/snakepit/internal/offheap"
)

// foreign is one ArrowArray of a producer, in memory of our own. It is released
// when the last buffer over its memory is; as the allocator of these buffers it
// hears of that.
type foreign struct {
	array *carrow.Array // freed with all of its block
	refs  atomic.Int64
	bytes int64
}

var _ memory.Allocator = (*foreign)(nil)

// adopt takes what was moved into block, whose first struct is an array. The caller
// holds one reference.
func adopt(block unsafe.Pointer) *foreign {
	f := &foreign{array: (*carrow.Array)(block)}
	f.refs.Store(1)
	live.readArrays.Add(1)
	return f
}

// buffer is memory of the producer, n bytes.
func (f *foreign) buffer(p unsafe.Pointer, n int64) *memory.Buffer {
	if n == 0 {
		return memory.NewBufferBytes([]byte{})
	}
	f.refs.Add(1)
	f.bytes += n
	live.owed.Add(n)
	return memory.NewBufferWithAllocator(unsafe.Slice((*byte)(p), n), f)
}

// Free is the end of one buffer.
func (f *foreign) Free([]byte) { f.drop() }

func (f *foreign) drop() {
	if f.refs.Add(-1) == 0 {
		f.release()
	}
}

// fail gives everything back at once: nobody got to see what was read.
func (f *foreign) fail() {
	f.refs.Store(-1 << 62)
	f.release()
}

func (f *foreign) release() {
	carrow.ReleaseArray(f.array)
	offheap.Free(unsafe.Pointer(f.array))
	live.readArrays.Add(-1)
	live.owed.Add(-f.bytes)
}

// Allocate is refused: this memory is not ours.
func (*foreign) Allocate(int) []byte { panic("zarrow: buffers of Python cannot be allocated") }

// Reallocate is refused: buffers of Python do not grow.
func (*foreign) Reallocate(int, []byte) []byte { panic("zarrow: buffers of Python cannot grow") }
