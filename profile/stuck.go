package profile

import (
	"slices"
	"sync"
	"time"
)

// Stuck is a call that did not end when it was cancelled.
type Stuck struct {
	Slot     int
	Target   string
	Since    time.Time // when its context ended
	Stack    string    // where it was in Python, the innermost last; empty if nobody knows
	Replaced bool      // its slot serves other calls
	Ended    bool      // after all
}

// StuckCalls keeps account of them for a profile. Its zero value is ready, and its methods
// are safe for concurrent use.
type StuckCalls struct {
	Heard func(Stuck) // is told of each change; nil for nobody. Set before the first

	mu           sync.Mutex
	all          []*Stuck
	last         *Stuck
	total, ended uint64
}

// change changes the account of one under the lock, and tells of it without.
func (s *StuckCalls) change(c *Stuck, how func()) {
	s.mu.Lock()
	how()
	now := *c
	s.mu.Unlock()
	if s.Heard != nil {
		s.Heard(now)
	}
}

// Add notes one, which is not to be written any more.
func (s *StuckCalls) Add(c *Stuck) {
	s.change(c, func() {
		s.all = append(s.all, c)
		s.last = c
		s.total++
	})
}

// Replace notes that the slot of one serves other calls.
func (s *StuckCalls) Replace(c *Stuck) {
	s.change(c, func() { c.Replaced = true })
}

// End notes that one has ended after all.
func (s *StuckCalls) End(c *Stuck) {
	s.change(c, func() {
		c.Ended = true
		s.ended++
		s.remove(c)
	})
}

// Remove notes that one is gone with its process.
func (s *StuckCalls) Remove(c *Stuck) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.remove(c)
}

func (s *StuckCalls) remove(c *Stuck) {
	s.all = slices.DeleteFunc(s.all, func(o *Stuck) bool { return o == c })
}

// Tell fills in what Stats say of them.
func (s *StuckCalls) Tell(to *Stats) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.all {
		to.Stuck = append(to.Stuck, *c)
	}
	if s.last != nil {
		last := *s.last
		to.LastStuck = &last
	}
	to.StuckTotal, to.StuckEnded = s.total, s.ended
}
