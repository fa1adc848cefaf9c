package snakepit

import (
	"slices"
	"time"
)

func (s *scaler) park(worker int) {
	s.members[worker].parked = true
	s.of.switches.park(s.members[worker].slots)
}

// shrink ends workers that have had no calls for IdleTimeout, the last ones first.
func (s *scaler) shrink(now time.Time) {
	for worker := len(s.members) - 1; worker >= s.first; worker-- {
		m := &s.members[worker]
		if !m.parked && !s.busy(m, now) && now.Sub(m.seen) >= s.idle {
			s.stopOne(worker)
		}
	}
}

// busy reports whether a worker runs calls, or has since the last look, or is the home of
// a session that may go nowhere else.
func (s *scaler) busy(m *member, now time.Time) bool {
	var calls uint64
	held := false
	for _, slot := range m.slots {
		is := s.of.slots.SlotStats(int(slot))
		calls += is.Calls
		held = held || is.InUse
	}
	if calls == m.calls && !held && !s.of.isHome(m.slots) {
		return false
	}
	m.calls, m.seen = calls, now
	return true
}

// stopOne ends a worker, unless a call was faster.
func (s *scaler) stopOne(worker int) {
	s.of.changing.RLock()
	defer s.of.changing.RUnlock()
	s.park(worker)
	m := &s.members[worker]
	if s.busy(m, time.Now()) {
		m.parked = false
		s.of.switches.unpark(m.slots)
		return
	}
	if err := s.elastic.Stop(s.life, worker); err != nil {
		s.of.rt.config.Logger.Warn("snakepit: an idle worker did not end well", "pool", s.of.name, "worker", worker, "err", err)
	}
	s.of.rt.config.Logger.Debug("snakepit: a worker was ended, for it was idle", "pool", s.of.name, "worker", worker)
}

// isHome reports whether a session is bound to one of the slots, and cannot leave.
func (w *workers) isHome(slots []int32) bool {
	if w.affinity == AffinityHint {
		return false
	}
	for session := range w.rt.Sessions() {
		if home, ok := session.bound(w); ok && slices.Contains(slots, home.slot) {
			return true
		}
	}
	return false
}
