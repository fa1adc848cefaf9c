package shm

import "math/bits"

// state says what an extent's pages are.
type state uint8

const (
	live  state = iota // somebody's
	dirty              // free, with memory, as it was left
	clean              // free, without memory: zeros
	busy               // between dirty and clean: being given back
)

// extent is a run of pages. The extents of a space lie one behind the other, so that
// what is freed finds its neighbours; free ones are in a bin as well.
type extent struct {
	page, pages   int
	state         state
	before, after *extent // in order of addresses
	prev, next    *extent // in the bin
}

// space is which pages are free. It is not safe for concurrent use.
type space struct {
	bins  [2][bits.UintSize]*extent // of dirty and of clean extents, by the logarithm of their size
	full  [2]uint64                 // a bit for each bin that is not empty
	spare *extent                   // unused ones
	pages [busy + 1]int             // in each state
	n     [busy + 1]int             // extents in each state
}

func newSpace(pages int) *space {
	s := &space{}
	s.file(s.make(extent{pages: pages, state: clean}))
	return s
}

func (s *space) make(e extent) *extent {
	x := s.spare
	if x == nil {
		x = new(extent)
	} else {
		s.spare = x.next
	}
	*x = e
	return x
}

// bin returns which one is for a size. All in higher ones are larger.
func bin(pages int) int { return bits.Len(uint(pages)) - 1 }

// file puts an extent where its state wants it.
func (s *space) file(e *extent) {
	s.pages[e.state] += e.pages
	s.n[e.state]++
	if e.state != dirty && e.state != clean {
		return
	}
	kind, b := e.state-dirty, bin(e.pages)
	e.prev, e.next = nil, s.bins[kind][b]
	if e.next != nil {
		e.next.prev = e
	}
	s.bins[kind][b] = e
	s.full[kind] |= 1 << b
}

// unfile is the inverse of file.
func (s *space) unfile(e *extent) {
	s.pages[e.state] -= e.pages
	s.n[e.state]--
	if e.state != dirty && e.state != clean {
		return
	}
	kind, b := e.state-dirty, bin(e.pages)
	if e.next != nil {
		e.next.prev = e.prev
	}
	if e.prev != nil {
		e.prev.next = e.next
	} else if s.bins[kind][b] = e.next; e.next == nil {
		s.full[kind] &^= 1 << b
	}
	e.prev, e.next = nil, nil
}

// take makes n pages live that were in a state, or returns nil.
func (s *space) take(from state, n int) *extent {
	e := s.find(from, n)
	if e == nil {
		return nil
	}
	s.unfile(e)
	if rest := e.pages - n; rest > 0 {
		s.split(e, n)
		s.file(e.after)
	}
	e.state = live
	s.file(e)
	return e
}

// few is how many extents of one bin are looked at before a larger one is cut.
const few = 8

func (s *space) find(from state, n int) *extent {
	kind, b := from-dirty, bin(n)
	if e := best(s.bins[kind][b], n, few); e != nil {
		return e
	}
	if higher := s.full[kind] >> b >> 1; higher != 0 {
		return s.bins[kind][b+1+bits.TrailingZeros64(higher)]
	}
	return best(s.bins[kind][b], n, -1)
}

// best returns the smallest of so many extents that has room.
func best(e *extent, n, among int) (found *extent) {
	for ; e != nil && among != 0; e, among = e.next, among-1 {
		if e.pages == n {
			return e
		}
		if e.pages > n && (found == nil || e.pages < found.pages) {
			found = e
		}
	}
	return found
}

// split cuts an extent that is in no bin behind n pages.
func (s *space) split(e *extent, n int) {
	rest := s.make(extent{page: e.page + n, pages: e.pages - n, state: e.state, before: e, after: e.after})
	if rest.after != nil {
		rest.after.before = rest
	}
	e.after, e.pages = rest, n
}

// free puts an extent in another state and joins it with neighbours of the same.
func (s *space) free(e *extent, to state) {
	s.unfile(e)
	e.state = to
	if a := e.after; a != nil && a.state == to {
		s.unfile(a)
		s.join(e, a)
	}
	if b := e.before; b != nil && b.state == to {
		s.unfile(b)
		s.join(b, e)
		e = b
	}
	s.file(e)
}

// join makes one extent of two, neither in a bin.
func (s *space) join(e, a *extent) {
	e.pages += a.pages
	if e.after = a.after; e.after != nil {
		e.after.before = e
	}
	*a = extent{next: s.spare}
	s.spare = a
}

// largest returns a dirty extent of the highest bin, in state busy, or nil.
func (s *space) largest() *extent {
	if s.full[0] == 0 {
		return nil
	}
	e := s.bins[0][bits.Len64(s.full[0])-1]
	s.unfile(e)
	e.state = busy
	s.file(e)
	return e
}
