package pool

import "context"

// Request is what a caller wants, for [Pool.AcquireFor].
type Request struct {
	Hint    int32  // the slot that the caller used last, or that its session lives on; -1 for none
	Only    bool   // no other slot will do
	NoWait  bool   // ErrBusy instead of waiting
	Class   Class  // who goes first of those who wait
	Session uint64 // whose turns the caller shares with others of the same number; 0 is one too
	Bytes   int64  // of arguments, counted for Config.MaxBytes until Release; 0 or less: none
}

// AcquireFor is [Pool.Acquire], or [Pool.AcquireSlot], with all that a caller may ask for.
func (p *Pool) AcquireFor(ctx context.Context, r Request) (int32, error) {
	if r.Bytes <= 0 || p.maxBytes == 0 {
		return p.acquireFor(ctx, r)
	}
	if !p.load(r.Bytes) {
		p.heavy.Add(1)
		return -1, p.refuse(errHeavy, 0)
	}
	slot, err := p.acquireFor(ctx, r)
	if err != nil {
		p.bytes.Add(-r.Bytes)
		return slot, err
	}
	p.slots[slot].bytes = r.Bytes
	return slot, nil
}

func (p *Pool) acquireFor(ctx context.Context, r Request) (int32, error) {
	pass := passes[r.Class.index()]
	if r.Only {
		if p.takeSlot(r.Hint, pass) {
			return r.Hint, nil
		}
	} else if slot, ok := p.try(r.Hint, pass); ok {
		return slot, nil
	}
	if r.NoWait && !p.closed() {
		return -1, p.refuse(ErrBusy, 0)
	}
	return p.acquireSlow(ctx, r)
}

// load counts the bytes of a call, unless they are too many beside those of others. One
// that is alone may have any number.
func (p *Pool) load(n int64) bool {
	sum := p.bytes.Add(n)
	if sum <= p.maxBytes || sum == n {
		return true
	}
	p.bytes.Add(-n)
	return false
}

// unload is for a slot whose call ends.
func (p *Pool) unload(s *slot) {
	n := s.bytes
	s.bytes = 0
	p.bytes.Add(-n)
}
