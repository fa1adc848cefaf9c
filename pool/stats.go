package pool

import "time"

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

func (st *Stats) addSlot(s *slot) {
	word := s.word.Load()
	st.InUse += int(word & heldBit)
	st.Down += int(word >> 63)
	st.Calls += ended(word)
	st.Errors += s.errors.Load()
}
