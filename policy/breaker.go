package policy

import (
	"sync"
	"sync/atomic"
	"time"
)

// State is that of a breaker.
type State uint8

// The states.
const (
	Closed   State = iota // calls pass
	HalfOpen              // a few calls pass, to see how they fare
	Open                  // calls are refused
)

// String returns "closed", "half-open" or "open".
func (s State) String() string { return [...]string{"closed", "half-open", "open"}[s&3] }

// MarshalText implements encoding.TextMarshaler.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Outcome is what an attempt says about the workers.
type Outcome uint8

// The outcomes.
const (
	Neither Outcome = iota // nothing: it did not run, or its caller left
	Success
	Failure
)

// Circuit is a breaker at work. Safe for concurrent use.
//
// A call that finds it closed and succeeds reads two words and writes none, so that
// callers on several processors do not wait for each other; with a Rate it counts
// itself. Everything else is under a lock.
type Circuit struct {
	config  Breaker
	changed func(State, error)

	word   atomic.Uint64 // the state, and above it how often that changed
	streak atomic.Int64  // failures in a row, while it is closed
	window window        // counts, with a Rate

	mu    sync.Mutex
	until time.Time // when it will be half-open
	last  error     // why it is not closed
	live  int       // probes that are in progress
	good  int       // probes that succeeded
	news  news

	opened, refused atomic.Uint64
}

// NewCircuit returns a closed breaker; b was checked. changed hears of each change, with
// the error that brought it about if one did: in order, one at a time, on the goroutine
// of a call, with no lock held.
func NewCircuit(b Breaker, changed func(State, error)) *Circuit {
	c := &Circuit{config: b, changed: changed}
	c.window.span = b.Window
	return c
}

// Ticket is the permission for one attempt. The zero value is that of a nil Circuit.
type Ticket struct{ word uint64 }

// Probe reports whether the attempt is one of the few that a half-open breaker lets through.
func (t Ticket) Probe() bool { return State(t.word&stateBits) == HalfOpen }

const stateBits = 3

func (c *Circuit) state() State { return State(c.word.Load() & stateBits) }

// State returns the state. One that would let the next call through to see is half-open,
// or who asks before sending calls would never send one.
func (c *Circuit) State() State {
	if c == nil {
		return Closed
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.state(); s != Open || time.Now().Before(c.until) {
		return s
	}
	return HalfOpen
}

// Allow asks for an attempt. Who gets a ticket tells how the attempt ended by Done,
// whatever becomes of it. The error is a *[RefusedError].
func (c *Circuit) Allow() (Ticket, error) {
	if c == nil {
		return Ticket{}, nil
	}
	if w := c.word.Load(); State(w&stateBits) == Closed {
		return Ticket{w}, nil
	}
	return c.probe()
}

func (c *Circuit) probe() (Ticket, error) {
	defer c.tell()
	c.mu.Lock()
	defer c.mu.Unlock()
	wait := time.Duration(0)
	if c.state() == Open {
		if wait = time.Until(c.until); wait <= 0 {
			c.live, c.good = 0, 0
			c.become(HalfOpen, nil)
		}
	}
	switch {
	case c.state() == Closed: // meanwhile
	case c.state() == HalfOpen && c.live+c.good < c.config.Probes:
		c.live++
	default:
		c.refused.Add(1)
		return Ticket{}, c.refusal(wait)
	}
	return Ticket{c.word.Load()}, nil
}

// refusal says why a call does not pass. Called with mu held.
func (c *Circuit) refusal(wait time.Duration) error {
	e := &RefusedError{Reason: ErrCircuitOpen, After: max(wait, 0), Last: c.last, advice: "call again"}
	if wait <= 0 {
		e.advice = "other calls are trying whether it can close; call again when they have ended"
	}
	return e
}

// Done tells how an attempt ended, and why. What began before the last change of state
// says nothing about the time since, and does not count.
func (c *Circuit) Done(t Ticket, o Outcome, err error) {
	if c == nil {
		return
	}
	if State(t.word&stateBits) == Closed && o != Failure {
		if o == Success {
			c.succeeded(t)
		}
		return
	}
	defer c.tell()
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.word != c.word.Load() {
		return
	}
	if State(t.word&stateBits) == Closed {
		c.failed(err)
	} else {
		c.probed(o, err)
	}
}

func (c *Circuit) succeeded(t Ticket) {
	if t.word != c.word.Load() {
		return
	}
	if c.config.Rate > 0 {
		c.window.add(time.Now(), false)
	} else if c.streak.Load() != 0 {
		c.streak.Store(0)
	}
}

// failed counts a failure of a closed breaker. Called with mu held.
func (c *Circuit) failed(err error) {
	if c.config.Rate > 0 {
		calls, failures := c.window.add(time.Now(), true)
		if calls >= uint64(c.config.MinCalls) && float64(failures) >= c.config.Rate*float64(calls) {
			c.open(err)
		}
	} else if c.streak.Add(1) >= int64(c.config.Failures) {
		c.open(err)
	}
}

// probed ends a probe. Called with mu held.
func (c *Circuit) probed(o Outcome, err error) {
	c.live--
	switch o {
	case Failure:
		c.open(err)
	case Success:
		if c.good++; c.good == c.config.Probes {
			c.streak.Store(0)
			c.window.clear()
			c.become(Closed, nil)
		}
	}
}

// open and become change the state. Called with mu held.
func (c *Circuit) open(err error) {
	c.until, c.last = time.Now().Add(c.config.Open), err
	c.opened.Add(1)
	c.become(Open, err)
}

func (c *Circuit) become(s State, err error) {
	c.word.Store(c.word.Load()&^stateBits + stateBits + 1 | uint64(s))
	if c.changed != nil {
		c.news.waiting = append(c.news.waiting, change{s, err})
	}
}
