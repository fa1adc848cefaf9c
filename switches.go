package snakepit

import (
	"context"
	"sync"
	"time"

	"github.com/gosnakepit/snakepit/pool"
)

// switches take the slots of a pool down, for whoever has a reason to, and up again when
// nobody has one any more. They are the profile.Slots of the pool's instance. Safe for
// concurrent use.
type switches struct {
	slots *pool.Pool

	mu      sync.Mutex
	absent  []bool // the profile took it down
	parked  []bool // there is no worker for it, because none is needed
	resting []int  // how many rests are not over
	timers  map[uint64]*time.Timer
	rests   uint64
	closed  bool
}

func newSwitches(slots *pool.Pool) *switches {
	n := slots.Len()
	return &switches{slots: slots, absent: make([]bool, n), parked: make([]bool, n), resting: make([]int, n), timers: map[uint64]*time.Timer{}}
}

// Down implements profile.Slots.
func (s *switches) Down(slot int32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.absent[slot] = true
	s.slots.Down(slot)
}

// Up implements profile.Slots.
func (s *switches) Up(slot int32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.absent[slot] = false
	s.settle(slot)
}

// settle takes a slot up if nothing speaks against it. Called with mu held.
func (s *switches) settle(slot int32) {
	if !s.absent[slot] && !s.parked[slot] && s.resting[slot] == 0 {
		s.slots.Up(slot)
	}
}

// Empty implements profile.Slots.
func (s *switches) Empty(ctx context.Context, slot int32) error {
	s.Down(slot)
	return s.slots.Empty(ctx, slot)
}

// park takes slots down whose worker is to go.
func (s *switches) park(slots []int32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, slot := range slots {
		s.parked[slot] = true
		s.slots.Down(slot)
	}
}

// unpark says that there is a worker for them.
func (s *switches) unpark(slots []int32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, slot := range slots {
		s.parked[slot] = false
		s.settle(slot)
	}
}

func (s *switches) parkedSlots() int { return s.count(func(slot int) bool { return s.parked[slot] }) }

func (s *switches) tainted() int { return s.count(func(slot int) bool { return s.resting[slot] > 0 }) }

func (s *switches) count(is func(slot int) bool) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for slot := range s.parked {
		if is(slot) {
			n++
		}
	}
	return n
}

// isParked reports whether a slot has no worker because none is needed.
func (s *switches) isParked(slot int32) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.parked[slot]
}

// rest takes slots down for a while, and calls after when it is over.
func (s *switches) rest(slots []int32, d time.Duration, after func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	for _, slot := range slots {
		s.resting[slot]++
		s.slots.Down(slot)
	}
	s.rests++
	number := s.rests
	s.timers[number] = time.AfterFunc(d, func() {
		if s.wake(slots, number) {
			after()
		}
	})
}

// wake ends a rest; false: the pool is closed.
func (s *switches) wake(slots []int32, number uint64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.timers, number)
	for _, slot := range slots {
		s.resting[slot]--
		s.settle(slot)
	}
	return !s.closed
}

// close ends all rests, whose ends nobody hears of.
func (s *switches) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for _, timer := range s.timers {
		timer.Stop()
	}
}
