package policy

import "time"

// Policy is what a pool does about failures. Each part is off while it is zero.
type Policy struct {
	RateLimit RateLimit
	Bulkhead  Bulkhead
	Retry     Retry
	Breaker   Breaker
	Hedge     Hedge
	Taint     Taint
	Health    Health
	Memory    Memory
}

// RateLimit lets so many calls begin in a stretch of time.
type RateLimit struct {
	Calls int           // per stretch; 0 is no limit
	Per   time.Duration // the stretch; 0 is a second
	// Smooth spreads the calls evenly over the stretch, instead of letting them begin
	// together at its start.
	Smooth bool
	// MaxWait is how long a call may wait for its turn; 0 refuses at once.
	MaxWait time.Duration
}

// Bulkhead limits how many calls are in progress at once, waiting ones included.
type Bulkhead struct {
	Limit int // of the pool; 0 is none
	// PerTool are limits of tools (or "module:qualname") by their names, within Limit.
	PerTool map[string]int
	// MaxWait is how long a call may wait for a place; 0 refuses at once.
	MaxWait time.Duration
}

// Retry makes a failed call again: one that surely has not begun, and, if it is marked
// snakepit.Idempotent, one whose worker was lost. It takes the place of what a pool
// without it does: to make a call whose worker is lost once more at once, up to ten times.
type Retry struct {
	Attempts int // in all; 0 is no policy, 1 never tries again
	// Backoff are the pauses before each attempt after the first; the last one stands for
	// those beyond. It excludes Base and Max.
	Backoff []time.Duration
	// Base is the first pause, doubled each time up to Max; 0 are 50 ms and 5 s.
	Base, Max time.Duration
	// Jitter is by which share of itself a pause is longer or shorter, at random: 0 is
	// 0.2, negative none, at most 1.
	Jitter float64
	// On says which other errors of idempotent calls are worth another attempt, such as
	// an exception of a tool's that knows itself to be temporary. Called on any goroutine.
	On func(error) bool
}

// Breaker refuses calls for a while when too many fail. Set Failures or Rate.
type Breaker struct {
	Failures int // in a row that open it
	// Rate is the share of calls that failed within Window, from MinCalls on, that opens
	// it: above 0, up to 1.
	Rate     float64
	Window   time.Duration // 0 is 10 seconds
	MinCalls int           // 0 is 20
	// Open is how long it refuses calls, before it lets a few through to see; 0 is 5 seconds.
	Open time.Duration
	// Probes is how many of these have to succeed for it to close, and run at once at
	// most; 0 is 1. One that fails opens it again.
	Probes int
	// Failed says which errors count as failures besides those that always do (see the
	// package comment). Called on any goroutine.
	Failed func(error) bool
}

// Hedge makes a call that is marked snakepit.Idempotent a second time, on another
// worker, when the first takes long. The first answer counts; the other call is
// cancelled. Calls whose arguments can be read only once are not hedged.
type Hedge struct {
	After time.Duration // 0 is no hedging
}

// Taint lets a worker that crashes rest: no call gets it meanwhile.
type Taint struct {
	Rest    time.Duration // how long; 0 is no taint
	Crashes int           // of one worker within Within that taint it; 0 is 1
	Within  time.Duration // 0 is a minute
}

// Health says when a pool that works is called unhealthy all the same.
type Health struct {
	Crashes int           // of all workers within Within; 0 is never
	Within  time.Duration // 0 is a minute
}

// Memory watches the resident memory of the program for pools that run Python in it,
// where what a worker takes cannot be told apart, nor the worker replaced. Children are
// replaced instead; see processprofile.Config.MaxMemory.
type Memory struct {
	Growth int64         // in bytes since the pool was opened; each such step is told. 0 is no watch
	Every  time.Duration // how often it looks; 0 is 10 seconds
}

// Limits reports whether a part is set that stands in the way of calls.
func (p *Policy) Limits() bool {
	return p.RateLimit.Calls != 0 || p.Bulkhead.set() || p.Retry.Attempts != 0 || p.Breaker.set() || p.Hedge.After != 0
}

func (b *Bulkhead) set() bool { return b.Limit != 0 || len(b.PerTool) > 0 }
func (b *Breaker) set() bool  { return b.Failures != 0 || b.Rate != 0 }
