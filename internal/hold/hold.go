package hold

import (
	"fmt"
	"sync/atomic"
	"unsafe"
)

// Owner is told when nobody refers to what it owns any more.
type Owner interface {
	// Drop is called exactly once, on whatever goroutine gave up the last reference.
	Drop()
}

// Kind is what a hold counts references to, for [LiveOf].
type Kind uint8

// The kinds.
const (
	Other   Kind = iota
	Go           // memory that Go made
	Foreign      // memory that somebody else made, Python most often
	Device       // memory that the processor cannot reach
	kinds
)

// Hold is a count of references. Its methods are safe for concurrent use by whoever has
// a reference. After the last one is given up the same Hold serves another owner.
type Hold struct {
	cell  *cell
	owner Owner
	next  *Hold // in the free list
	home  *stripe
	edge  edge
	kind  Kind
	_     [15]byte // neighbours have different users
}

// cell is what C sees; a cache line each.
type cell struct {
	count int64
	index uint64
	_     [48]byte
}

// New returns a hold of kind Other with one reference, the caller's.
func New(o Owner) *Hold { return NewKind(o, Other) }

// NewKind returns a hold with one reference, the caller's.
func NewKind(o Owner, k Kind) *Hold {
	h := take(k)
	h.owner = o
	atomic.StoreInt64(&h.cell.count, 1)
	return h
}

// At returns the hold whose cell has this index, or nil if there is none. It takes no
// lock. The caller has a reference, or means to TryRetain.
func At(index uint64) *Hold {
	all := *table.Load()
	if index/chunkSize >= uint64(len(all)) {
		return nil
	}
	return &all[index/chunkSize][index%chunkSize]
}

// Owner returns the owner. The caller has a reference.
func (h *Hold) Owner() Owner { return h.owner }

// Address returns where the cell is.
func (h *Hold) Address() uintptr { return uintptr(unsafe.Pointer(h.cell)) }

// Retain adds a reference. The caller has one.
func (h *Hold) Retain() {
	if atomic.AddInt64(&h.cell.count, 1) <= 1 {
		panic(fmt.Sprintf("hold: Retain of cell %d, to which nobody has a reference", h.cell.index))
	}
}

// TryRetain adds a reference unless the last one is gone. It does not see that the cell
// serves another owner by now: who has no reference must know by other means.
func (h *Hold) TryRetain() bool {
	for {
		n := atomic.LoadInt64(&h.cell.count)
		if n <= 0 {
			return false
		}
		if atomic.CompareAndSwapInt64(&h.cell.count, n, n+1) {
			h.edge.sync()
			return true
		}
	}
}

// Release gives up a reference; with the last one the owner is told.
func (h *Hold) Release() {
	h.edge.sync()
	switch n := atomic.AddInt64(&h.cell.count, -1); {
	case n == 0:
		h.drop()
	case n < 0:
		panic(fmt.Sprintf("hold: Release of cell %d, to which nobody has a reference", h.cell.index))
	}
}

// Dropped is called for C after it took the count of a cell to zero.
func Dropped(index uint64) {
	h := At(index)
	if h == nil || h.owner == nil || atomic.LoadInt64(&h.cell.count) != 0 {
		panic(fmt.Sprintf("hold: cell %d was reported as dropped and is not", index))
	}
	h.drop()
}

func (h *Hold) drop() {
	h.edge.sync()
	h.owner.Drop()
	h.owner = nil
	h.home.put(h)
}

// Of returns the hold whose cell is at an address, as Address tells it. The caller has a
// reference.
func Of(address uintptr) *Hold {
	return At((*(**cell)(unsafe.Pointer(&address))).index)
}
