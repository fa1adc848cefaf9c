package zarrow

import (
	"sync/atomic"
	"unsafe"

	"github.com/apache/arrow/go/v17/arrow/memory"
)

// foreign is the memory of one array of a producer. It is given back when the last
// buffer over it is released; as the allocator of these buffers it hears of that.
type foreign struct {
	give  func()
	refs  atomic.Int64
	bytes int64
}

var _ memory.Allocator = (*foreign)(nil)

// adopt takes over memory that give gives back. The caller holds one reference.
func adopt(give func()) *foreign {
	f := &foreign{give: give}
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
	f.give()
	live.readArrays.Add(-1)
	live.owed.Add(-f.bytes)
}

// Allocate is refused: this memory is not ours.
func (*foreign) Allocate(int) []byte { panic("zarrow: buffers of Python cannot be allocated") }

// Reallocate is refused: buffers of Python do not grow.
func (*foreign) Reallocate(int, []byte) []byte { panic("zarrow: buffers of Python cannot grow") }
