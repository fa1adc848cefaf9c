package tally

import (
	"math/rand/v2"
	"time"
)

const (
	// Every is how many short calls there are to one that is measured, on average.
	Every = 128
	// Short is what calls take at most for which reading a clock twice would count.
	Short = 10 * time.Microsecond
)

// Sampler decides which calls are measured: all of those that follow a long one, and one
// of Every that follow a short one, which then counts for as many. What decides is known
// before the call begins, and the gaps are random, so that what is measured stands for
// all. Not safe for concurrent use: it belongs to a frame. The zero value measures the
// next call.
type Sampler struct {
	left   uint32 // calls that are not measured
	weight uint32 // of the next one that is; 0 is 1
}

// Watch runs while a call does.
type Watch struct {
	begin   time.Duration // 0: it does not run
	sampler *Sampler      // that the call was due for
}

// Begin starts a watch for one call.
func Begin() Watch { return Watch{begin: Now()} }

// Begin starts a watch for a call that is due.
func (s *Sampler) Begin() Watch { return Watch{Now(), s} }

// Stop records how long the call took.
func (w Watch) Stop(counts *Tally, slot int32) {
	if w.begin > 0 {
		w.stop(counts, slot)
	}
}

func (w Watch) stop(counts *Tally, slot int32) {
	took, stands := Now()-w.begin, uint32(1)
	if w.sampler != nil {
		stands = w.sampler.Took(took)
	}
	counts.cells[slot].recorder().Record(took, stands)
}

// Due reports whether the next call is to be measured.
func (s *Sampler) Due() bool {
	if s.left > 0 {
		s.left--
		return false
	}
	return true
}

// Took is told how long a call took that was due, and returns for how many it stands.
func (s *Sampler) Took(d time.Duration) uint32 {
	stands := max(s.weight, 1)
	if d > Short {
		s.left, s.weight = 0, 1
	} else {
		s.left, s.weight = rand.Uint32N(2*Every-1), Every
	}
	return stands
}

// born is what clocks are read against.
var born = time.Now()

// Now is the monotonic time.
func Now() time.Duration { return time.Since(born) }
