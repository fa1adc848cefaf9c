package tally

import (
	"math/rand/v2"
	"sync/atomic"
	"unsafe"
)

// Tally is what is known of the calls of one kind, a tool's, say. Each slot has a cell
// of its own, so that calls on two processors do not write to the same line. Safe for
// concurrent use.
type Tally struct {
	cells   []cell
	counted bool
}

const lineSize = 128 // as in package pool

// cell is what is known of one slot.
type cell struct {
	calls atomic.Uint64
	run   atomic.Pointer[Recorder]
	_     [lineSize - unsafe.Sizeof(atomic.Uint64{}) - unsafe.Sizeof(atomic.Pointer[Recorder]{})]byte

	failed [classes]atomic.Uint64
	_      [lineSize - uintptr(classes)*unsafe.Sizeof(atomic.Uint64{})]byte
}

// New makes a tally for so many slots. Where calls are not counted, because somebody else
// does, only failures are, and durations.
func New(slots int, counted bool) *Tally {
	return &Tally{cells: make([]cell, slots), counted: counted}
}

// Ended is told of a call that has ended on a slot.
func (t *Tally) Ended(slot int32) {
	if t.counted {
		t.cells[slot].calls.Add(1)
	}
}

// recorder returns the cell's, and makes it for the first call that is measured there.
func (c *cell) recorder() *Recorder {
	if r := c.run.Load(); r != nil {
		return r
	}
	r := new(Recorder)
	if c.run.CompareAndSwap(nil, r) {
		return r
	}
	return c.run.Load()
}

// Failed is told why a call failed, and on which slot: -1 for none.
func (t *Tally) Failed(slot int32, why Class) {
	if slot < 0 || int(slot) >= len(t.cells) {
		slot = rand.Int32N(int32(len(t.cells)))
	}
	t.cells[slot].failed[why].Add(1)
}

// Counts is what a tally knows.
type Counts struct {
	Calls  uint64 // that ended on a worker; 0 where they are not counted
	Errors Errors
	Run    Histogram
}

// AddSlot adds what is known of a slot.
func (t *Tally) AddSlot(slot int, to *Counts) {
	c := &t.cells[slot]
	to.Calls += c.calls.Load()
	for why, n := range to.Errors.all() {
		*n += c.failed[why].Load()
	}
	if r := c.run.Load(); r != nil {
		r.addTo(&to.Run)
	}
}

// Counts is the sum over all slots.
func (t *Tally) Counts() Counts {
	var sum Counts
	for slot := range t.cells {
		t.AddSlot(slot, &sum)
	}
	return sum
}
