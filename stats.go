package snakepit

import (
	"github.com/gosnakepit/snakepit/pool"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/zerocopy"
)

// Stats is a snapshot of a runtime.
type Stats struct {
	Pools    map[string]PoolStats // by name
	ZeroCopy ZeroCopyStats
}

// PoolStats is a snapshot of one pool.
type PoolStats struct {
	Calls  pool.Stats    // slots, queue and outcomes
	Python profile.Stats // the Python that its workers run on
}

// Stats returns a snapshot. It takes no lock that calls take.
func (rt *Runtime) Stats() Stats {
	s := Stats{
		Pools:    map[string]PoolStats{},
		ZeroCopy: ZeroCopyStats{Totals: rt.meter.Totals(), Live: zerocopy.Live()},
	}
	for _, p := range rt.pools {
		s.Pools[p.name] = PoolStats{Calls: p.slots.Stats(), Python: p.python()}
	}
	return s
}

// python is the instance's own snapshot with how it came to be chosen.
func (w *workers) python() profile.Stats {
	s := w.instance.Stats()
	s.Chosen, s.Reason = w.choice.Chosen, w.choice.Reason
	return s
}
