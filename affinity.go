package snakepit

import (
	"context"
	"errors"
	"fmt"

	"github.com/gosnakepit/snakepit/pool"
)

// Affinity says how strictly the calls of a session stay on the worker of its first
// call. It holds in each pool apart.
type Affinity int

// The affinities.
const (
	AffinityHint           Affinity = iota // another worker while that one is busy, or when it is lost
	AffinityStrictQueue                    // wait for that one; ErrSessionWorkerUnavailable when it is lost
	AffinityStrictFailFast                 // ErrWorkerBusy while it is busy; the same when it is lost
)

// home is the worker of a session in one pool.
type home struct {
	of         *workers
	slot       int32
	generation uint64 // of the worker; see profile.Generations
}

// acquire waits for a slot as the pool's affinity says.
func (s *Session) acquire(ctx context.Context, w *workers, r pool.Request) (int32, error) {
	if ctx.Done() != nil && ctx.Err() != nil {
		return -1, &CancelError{Err: ctx.Err()}
	}
	b, ok := s.bound(w)
	if !ok {
		return s.bind(ctx, w, r)
	}
	if w.generation(b.slot) != b.generation {
		if w.affinity != AffinityHint {
			return -1, s.refused(ErrSessionWorkerUnavailable, w, b.slot)
		}
		s.unbind(w)
		return s.bind(ctx, w, r)
	}
	r.Hint, r.Only = b.slot, w.affinity != AffinityHint
	switch w.affinity {
	case AffinityStrictQueue:
		return s.acquireHome(ctx, b, r)
	case AffinityStrictFailFast:
		r.NoWait = true
	}
	slot, err := w.acquire(ctx, r)
	if errors.Is(err, pool.ErrBusy) {
		return -1, s.refused(ErrWorkerBusy, w, b.slot)
	}
	return slot, err
}

// acquireHome waits for the session's worker, which may be lost meanwhile.
func (s *Session) acquireHome(ctx context.Context, b home, r pool.Request) (int32, error) {
	slot, err := b.of.acquire(ctx, r)
	if err != nil {
		return -1, err
	}
	if b.of.generation(slot) != b.generation {
		b.of.slots.Release(slot, false)
		return -1, s.refused(ErrSessionWorkerUnavailable, b.of, slot)
	}
	return slot, nil
}

func (s *Session) refused(why error, w *workers, slot int32) error {
	return fmt.Errorf("%w: session %q, worker %d of pool %q", why, s.id, slot, w.name)
}

// bind waits for any slot and binds the session to it, unless another call of the
// session was faster; a strict call then goes where that one went.
func (s *Session) bind(ctx context.Context, w *workers, r pool.Request) (int32, error) {
	r.Hint, r.Only = -1, false
	slot, err := w.acquire(ctx, r)
	if err != nil {
		return -1, err
	}
	b := s.keepHome(home{w, slot, w.generation(slot)})
	if b.slot == slot || w.affinity == AffinityHint {
		return slot, nil
	}
	w.slots.Release(slot, false)
	return s.acquire(ctx, w, r)
}

// generation returns that of a slot's worker; profiles whose workers are never lost
// know only one.
func (w *workers) generation(slot int32) uint64 {
	if w.lost == nil {
		return 0
	}
	return w.lost.Generation(slot)
}

// bound finds the session's worker in a pool, without a lock.
func (s *Session) bound(w *workers) (home, bool) {
	if all := s.homes.Load(); all != nil {
		for _, b := range *all {
			if b.of == w {
				return b, true
			}
		}
	}
	return home{}, false
}

// keepHome binds the session, unless it is bound, and returns what holds.
func (s *Session) keepHome(b home) home {
	s.mu.Lock()
	defer s.mu.Unlock()
	if first, ok := s.bound(b.of); ok {
		return first
	}
	s.setHomes(b.of, b)
	return b
}

func (s *Session) unbind(w *workers) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.setHomes(w)
}

// setHomes replaces those of a pool. Called with mu held.
func (s *Session) setHomes(w *workers, by ...home) {
	if all := s.homes.Load(); all != nil {
		for _, b := range *all {
			if b.of != w {
				by = append(by, b)
			}
		}
	}
	s.homes.Store(&by)
}
