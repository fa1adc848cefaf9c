package zerocopy

import (
	"runtime"
	"sync"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/hold"
	"github.com/gosnakepit/snakepit/internal/offheap"
)

// memory is what tensors are views of, until its hold drops it.
type memory struct {
	hold        *hold.Hold
	heap        unsafe.Pointer // of package offheap
	pins        runtime.Pinner // of a slice of Go
	release     func()         // of somebody else
	synchronize func(stream uintptr) error
	slice       bool // a slice of Go: alive while anybody has the slice
}

var memories = sync.Pool{New: func() any { return new(memory) }}

func newMemory(k hold.Kind) *memory {
	m := memories.Get().(*memory)
	m.hold = hold.NewKind(m, k)
	return m
}

// Synchronize makes a stream wait for work on the memory. Whoever asks has a reference.
func (m *memory) Synchronize(stream uintptr) error {
	if m.synchronize == nil {
		return nil
	}
	return m.synchronize(stream)
}

// Drop frees what nobody refers to any more.
func (m *memory) Drop() {
	heap, release := m.heap, m.release
	if m.slice {
		m.pins.Unpin()
	}
	m.hold, m.heap, m.release, m.synchronize, m.slice = nil, nil, nil, nil, false
	memories.Put(m)
	if heap != nil {
		offheap.Free(heap)
	}
	if release != nil {
		release()
	}
}

// LiveStats counts memory that tensors, in Go or Python, refer to. Views are not counted.
type LiveStats struct {
	Go      int // made by New, Empty, Clone, FromSlice or FromBytes
	Foreign int // of FromPointer: Python's, most often
	Device  int // of FromPointer, where the processor cannot read it
}

// Live returns how much is referred to at the moment.
func Live() LiveStats {
	return LiveStats{hold.LiveOf(hold.Go), hold.LiveOf(hold.Foreign), hold.LiveOf(hold.Device)}
}

// pointer makes a pointer of an address: tensors keep addresses as numbers, because those
// of devices are no pointers of Go's.
func pointer(addr uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&addr)) }
