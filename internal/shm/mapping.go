package shm

import (
	"fmt"
	"os"
	"sync/atomic"
)

// Mapping is shared memory of which another process allocates, as this one sees it. It
// counts its references: the process's, and one for each tensor over it.
type Mapping struct {
	*region
	refs atomic.Int64
}

// NewMapping makes shared memory of a size, half of the machine's memory if it is 0, with
// one reference, the caller's.
func NewMapping(size int64) (*Mapping, error) {
	r, err := newRegionUpTo("snakepit-worker", size)
	if err != nil {
		return nil, err
	}
	m := &Mapping{region: r}
	m.refs.Store(1)
	return m, nil
}

// Hold adds a reference. The caller has one.
func (m *Mapping) Hold() {
	if m.refs.Add(1) <= 1 {
		panic("shm: Hold of a mapping to which nobody has a reference")
	}
}

// Release gives up a reference, on any goroutine. With the last one the memory is unmapped
// and the file closed.
func (m *Mapping) Release() {
	switch n := m.refs.Add(-1); {
	case n == 0:
		m.close()
	case n < 0:
		panic(fmt.Sprintf("shm: Release of a mapping with %d references", n+1))
	}
}

// Slice returns the bytes at an offset, which are good as long as the caller's reference.
// An error says that they are not within the mapping.
func (m *Mapping) Slice(offset, length uint64) ([]byte, error) { return m.within(offset, length) }

// File returns the file, for the child to inherit. It is the mapping's: not to be closed.
func (m *Mapping) File() *os.File { return m.file }

// Size returns how many bytes the child has to map.
func (m *Mapping) Size() int64 { return int64(len(m.mem)) }

// Resident returns how many bytes have memory of the system's.
func (m *Mapping) Resident() int64 { return m.resident() }

// Find returns where in the file n bytes at an address lie, if they do.
func (m *Mapping) Find(p uintptr, n int) (offset uint64, ok bool) {
	at, size := uint64(p-address(m.mem)), uint64(len(m.mem))
	return at, at < size && n >= 0 && uint64(n) <= size-at
}
