package pool

import (
	"time"

	"github.com/gosnakepit/snakepit/internal/tally"
)

// Stats is a snapshot of a [Pool]. The counts run from New on and only grow,
// except InUse, Down and Queued, which tell of this moment. Each number is exact;
// together they are of one moment only while the pool rests.
type Stats struct {
	Slots int // calls that may run at once
	InUse int // slots held now
	Down  int // slots that nobody can take now, because their worker is gone

	Calls  uint64 // calls ended by Release
	Errors uint64 // of these, calls that Release was told failed

	Queued        int           // callers waiting now
	QueuedTotal   uint64        // callers that had to wait
	QueueTimeouts uint64        // of these, sent away by the queue timeout
	Canceled      uint64        // of these, gone because their context ended
	Saturated     uint64        // callers refused because the queue was full, or sent away for a higher class
	Shed          uint64        // callers refused because they would have waited in vain
	WaitTotal     time.Duration // time waited by all who have left the queue, with a slot or without

	Bytes    int64  // of arguments, counted now
	TooHeavy uint64 // callers refused because of Config.MaxBytes
}

// Stats counts. It writes nothing that a call reads or writes.
func (p *Pool) Stats() Stats {
	st := Stats{
		Slots:     len(p.slots),
		Saturated: p.saturated.Load(),
		TooHeavy:  p.heavy.Load(),
		Bytes:     p.bytes.Load(),
		WaitTotal: time.Duration(p.waited.Load()),
	}
	for i := range p.slots {
		st.addSlot(&p.slots[i])
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	st.Queued = p.queue.len
	st.QueuedTotal = p.queued
	st.QueueTimeouts = p.expired
	st.Canceled = p.canceled
	st.Shed = p.shed
	return st
}

// Waits tells how long those waited who have left the queue, with a slot or without.
func (p *Pool) Waits() tally.Histogram { return p.waits.Histogram() }

// SlotStats is a snapshot of one slot.
type SlotStats struct {
	InUse bool // a call holds it
	Down  bool // nobody can take it now, because its worker is gone

	Calls  uint64 // calls ended by Release
	Errors uint64 // of these, calls that Release was told failed
}

// Len is how many slots there are.
func (p *Pool) Len() int { return len(p.slots) }

// SlotStats counts for one slot, 0 to Len()-1.
func (p *Pool) SlotStats(slot int) SlotStats {
	var one Stats
	one.addSlot(&p.slots[slot])
	return SlotStats{InUse: one.InUse > 0, Down: one.Down > 0, Calls: one.Calls, Errors: one.Errors}
}

func (st *Stats) addSlot(s *slot) {
	word := s.word.Load()
	st.InUse += int(word & heldBit)
	st.Down += int(word >> 63)
	st.Calls += ended(word)
	st.Errors += s.errors.Load()
}
