package child

import (
	"math"
	"slices"
	"sync"
	"time"
)

// Backoff is how long to wait before a process is started again.
type Backoff struct {
	Min, Max time.Duration
	Factor   float64 // of one wait to the next; 2 if it is less than 1
	Jitter   float64 // part of the wait that is left to chance, from 0 to 1
}

// Delay returns the wait before the attempt, counted from 0. chance is a random
// number from 0 up to 1: it shortens the wait by up to Jitter of it.
func (b Backoff) Delay(attempt int, chance float64) time.Duration {
	if b.Min <= 0 {
		return 0
	}
	factor := b.Factor
	if factor < 1 {
		factor = 2
	}
	wait := min(float64(b.Min)*math.Pow(factor, float64(attempt)), float64(max(b.Min, b.Max)))
	return time.Duration(wait * (1 - min(max(b.Jitter, 0), 1)*chance))
}

// Budget allows so many restarts within any span of time of this length. It may be
// used by several goroutines.
type Budget struct {
	Restarts int
	Within   time.Duration

	mu    sync.Mutex
	spent []time.Time // in order, all within the span
}

// Spend takes one restart out of the budget, if there is one left at that time.
// Times do not run backwards.
func (b *Budget) Spend(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.forget(now)
	if len(b.spent) >= b.Restarts {
		return false
	}
	b.spent = append(b.spent, now)
	return true
}

// Left returns how many restarts are left at that time.
func (b *Budget) Left(now time.Time) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.forget(now)
	return b.Restarts - len(b.spent)
}

// Wait returns how long it is until Spend allows a restart; 0 if it does now. A
// budget of no restarts never allows one: the wait is Within.
func (b *Budget) Wait(now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.forget(now)
	switch {
	case len(b.spent) < b.Restarts:
		return 0
	case b.Restarts <= 0:
		return b.Within
	}
	return b.spent[0].Add(b.Within).Sub(now)
}

func (b *Budget) forget(now time.Time) {
	b.spent = slices.DeleteFunc(b.spent, func(t time.Time) bool { return now.Sub(t) >= b.Within })
}
