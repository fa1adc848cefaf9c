package policy

import (
	"sync/atomic"
	"time"
)

// buckets is into how many parts a window is cut: what is older than it leaves a
// part at a time.
const buckets = 10

// window counts calls and failures of the last span of time. Safe for concurrent use;
// what is counted in the very moment in which a part is used again may be lost.
type window struct {
	span  time.Duration
	parts [buckets]bucket
}

type bucket struct {
	turn            atomic.Int64 // which part of time it counts
	calls, failures atomic.Uint64
}

// add counts one call, and returns the sums if it failed.
func (w *window) add(now time.Time, failed bool) (calls, failures uint64) {
	turn := now.UnixNano() / max(int64(w.span)/buckets, 1)
	b := &w.parts[turn%buckets]
	if was := b.turn.Load(); was != turn && b.turn.CompareAndSwap(was, turn) {
		b.calls.Store(0)
		b.failures.Store(0)
	}
	b.calls.Add(1)
	if !failed {
		return 0, 0
	}
	b.failures.Add(1)
	for i := range w.parts {
		if b := &w.parts[i]; b.turn.Load() > turn-buckets {
			calls += b.calls.Load()
			failures += b.failures.Load()
		}
	}
	return calls, failures
}

func (w *window) clear() {
	for i := range w.parts {
		w.parts[i].turn.Store(0)
	}
}
