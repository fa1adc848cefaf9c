package snakepit

import (
	"time"

	"github.com/gosnakepit/snakepit/internal/tally"
	"github.com/gosnakepit/snakepit/policy"
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
	Policy policy.Stats  // what its policies did, and the crashes of its workers

	Errors  ErrorCounts          // calls that failed, by why
	Queue   Histogram            // how long those waited for a worker who had to, with one or without
	Run     Histogram            // how long calls were with their worker
	Workers []WorkerStats        // by their number
	Tools   map[string]ToolStats // of the adapter, by name
}

// WorkerStats is a snapshot of one worker.
type WorkerStats struct {
	Busy   bool        // it runs a call
	Down   bool        // it is gone, and its replacement not there yet, or it rests
	Parked bool        // there is none, for none is needed
	Calls  uint64      // that ended on it; questions of the runtime's own are among them
	Errors ErrorCounts // those of no worker, such as saturation, are with any
	Run    Histogram
}

// ToolStats is a snapshot of one tool that an adapter lists. A stream is one call.
type ToolStats struct {
	Calls  uint64 // that ended on a worker
	Errors ErrorCounts
	Run    Histogram
}

type (
	// ErrorCounts counts failed calls by why they failed.
	ErrorCounts = tally.Errors
	// Histogram is how durations were distributed. Each is known to a sixteenth of itself,
	// in fixed memory; histograms can be merged. A run whose context can end is measured
	// always; of others, while they are shorter than 10 µs, one in 128 on average, which
	// counts for as many.
	Histogram = tally.Histogram
)

// Stats returns a snapshot. It takes no lock that calls take.
func (rt *Runtime) Stats() Stats {
	s := Stats{
		Pools:    map[string]PoolStats{},
		ZeroCopy: ZeroCopyStats{Totals: rt.meter.Totals(), Live: zerocopy.Live()},
	}
	for _, p := range rt.pools {
		s.Pools[p.name] = p.stats()
	}
	return s
}

func (w *workers) stats() PoolStats {
	s := PoolStats{Calls: w.slots.Stats(), Python: w.python(), Policy: w.policyStats(), Queue: w.slots.Waits(), Tools: map[string]ToolStats{}}
	for name, o := range w.offers.all() {
		c := o.counts.Counts()
		s.Tools[name] = ToolStats{Calls: c.Calls, Errors: c.Errors, Run: c.Run}
	}
	for slot := range w.slots.Len() {
		one := w.worker(slot)
		s.Errors = s.Errors.Plus(one.Errors)
		s.Run = s.Run.Merge(one.Run)
		s.Workers = append(s.Workers, one)
	}
	return s
}

func (w *workers) worker(slot int) WorkerStats {
	var sum tally.Counts
	w.others.AddSlot(slot, &sum)
	for _, o := range w.offers.all() {
		o.counts.AddSlot(slot, &sum)
	}
	is, parked := w.slots.SlotStats(slot), w.switches.isParked(int32(slot))
	return WorkerStats{Busy: is.InUse, Down: is.Down && !parked, Parked: parked, Calls: is.Calls, Errors: sum.Errors, Run: sum.Run}
}

// python is the instance's own snapshot with how it came to be chosen.
func (w *workers) python() profile.Stats {
	s := w.instance.Stats()
	s.Chosen, s.Reason = w.choice.Chosen, w.choice.Reason
	return s
}

func (w *workers) policyStats() (s policy.Stats) {
	w.barrier.Count(&s, time.Now())
	s.Tainted = w.switches.tainted()
	if g := w.guard; g != nil {
		g.circuit.Count(&s)
		s.Retries, s.Exhausted = g.retries.Load(), g.exhausted.Load()
		s.Hedges, s.HedgesWon = g.hedges.Load(), g.hedgesWon.Load()
		s.RateLimited, s.BulkheadFull = g.limited.Load(), g.full.Load()
	}
	return s
}
