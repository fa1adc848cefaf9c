package shm

import (
	"fmt"
	"os"
	"sync"
	"unsafe"
)

// Options say how large an arena is.
type Options struct {
	// Cap is how many bytes can be allocated at a time; half of the machine's or the
	// container's memory if it is 0. Only what is written takes memory.
	Cap int64
	// Retain is how many bytes that were freed keep their memory for the next
	// allocation; an eighth of Cap, and 1 GiB at most, if it is 0.
	Retain int64
}

// Arena is shared memory of which this process allocates. All methods but Close are safe
// for concurrent use.
type Arena struct {
	*region
	base   uintptr
	retain int // pages

	mu      sync.Mutex
	settled sync.Cond // no extent is busy
	space   *space
	live    map[int]*extent // by their first page
	refused uint64
	rigid   bool // the system takes no pages back
}

// NewArena makes an arena. Without a Cap it is as large as the system allows.
func NewArena(o Options) (*Arena, error) {
	r, err := newRegionUpTo("snakepit", o.Cap)
	if err != nil {
		return nil, err
	}
	size := len(r.mem)
	a := &Arena{region: r, base: address(r.mem), space: newSpace(size / page), live: map[int]*extent{}}
	a.settled.L = &a.mu
	a.retain = retainOf(o.Retain, size) / page
	return a, nil
}

func retainOf(asked int64, size int) int {
	if asked <= 0 {
		return min(size/8, 1<<30)
	}
	return int(min(asked, int64(size)))
}

func address(b []byte) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(b))) }

// Alloc returns n bytes of zeros, at the beginning of a page; at least one page. An error
// says that there is no room.
func (a *Arena) Alloc(n int) (unsafe.Pointer, error) { return a.alloc(n, true) }

// Dirty is Alloc for who overwrites all of it: what the bytes are is not said.
func (a *Arena) Dirty(n int) (unsafe.Pointer, error) { return a.alloc(n, false) }

func (a *Arena) alloc(n int, zero bool) (unsafe.Pointer, error) {
	if n < 0 || n > len(a.mem) {
		return nil, a.tooMuch(n)
	}
	e, was := a.take(max(n+page-1, page) / page)
	if e == nil {
		return nil, a.tooMuch(n)
	}
	p := unsafe.Pointer(&a.mem[e.page*page])
	if zero && was == dirty {
		clear(unsafe.Slice((*byte)(p), n))
	}
	return p, nil
}

// take prefers pages that have memory: to clear them costs less than to be given others.
func (a *Arena) take(pages int) (*extent, state) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for {
		for was := dirty; was <= clean; was++ {
			if e := a.space.take(was, pages); e != nil {
				a.live[e.page] = e
				return e, was
			}
		}
		if !a.gather() {
			a.refused++
			return nil, clean
		}
	}
}

// tooMuch is made without a lock: the numbers are for people.
func (a *Arena) tooMuch(n int) error {
	s := a.Stats()
	return fmt.Errorf("shm: no room for %d bytes: %d of the %d bytes of shared memory are in use, in %d pieces; "+
		"release tensors that are no longer needed, or give it a larger cap", n, s.Live, s.Cap, s.Extents)
}

// Free gives back what Alloc or Dirty returned. It panics if that is not allocated.
func (a *Arena) Free(p unsafe.Pointer) {
	first := int(uintptr(p)-a.base) / page
	a.mu.Lock()
	defer a.mu.Unlock()
	e := a.live[first]
	if e == nil || a.base+uintptr(first*page) != uintptr(p) {
		panic("shm: Free of memory that is not allocated")
	}
	delete(a.live, first)
	a.space.free(e, dirty)
	a.trim(a.retain)
}

// Find returns where in the file n bytes at an address lie, if they do. It takes no lock,
// and does not look whether they are allocated.
func (a *Arena) Find(p uintptr, n int) (offset uint64, ok bool) {
	at, size := uint64(p-a.base), uint64(len(a.mem)) // an address before base is far behind the end
	return at, at < size && n >= 0 && uint64(n) <= size-at
}

// Slice returns the bytes at an offset, for who knows that they are allocated.
func (a *Arena) Slice(offset, length uint64) ([]byte, error) { return a.within(offset, length) }

// File returns the file, for children to inherit. It is the arena's: not to be closed.
func (a *Arena) File() *os.File { return a.file }

// Size returns how many bytes a child has to map.
func (a *Arena) Size() int64 { return int64(len(a.mem)) }

// Close gives everything back to the system. Nobody may use the arena, or memory of it,
// any more.
func (a *Arena) Close() { a.close() }
