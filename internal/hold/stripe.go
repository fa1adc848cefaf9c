package hold

import (
	"math/rand/v2"
	"sync"
)

// stripe has some of the cells that nobody uses. A cell goes back to the stripe it came
// from: were it another, some would run dry and grow for ever.
type stripe struct {
	mu   sync.Mutex
	free *Hold
	live [kinds]int
	_    [80]byte // two cache lines: processors fetch them in pairs
}

var stripes [16]stripe

func take(k Kind) *Hold {
	s := &stripes[rand.Uint32()%uint32(len(stripes))]
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.free == nil {
		s.free = grow(s)
	}
	h := s.free
	s.free, h.next, h.kind = h.next, nil, k
	s.live[k]++
	return h
}

func (s *stripe) put(h *Hold) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h.next, s.free = s.free, h
	s.live[h.kind]--
}

// Live returns how many holds somebody has a reference to.
func Live() (n int) {
	for k := range kinds {
		n += LiveOf(k)
	}
	return n
}

// LiveOf returns how many holds of a kind somebody has a reference to.
func LiveOf(k Kind) (n int) {
	for i := range stripes {
		s := &stripes[i]
		s.mu.Lock()
		n += s.live[k]
		s.mu.Unlock()
	}
	return n
}
