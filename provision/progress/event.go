package progress

import "time"

// State is where a step stands.
type State string

// The states of a step. Every step starts once and ends as Done, Skipped or
// Failed; Running and Note come in between, any number of times.
const (
	Started State = "started"
	Running State = "running" // still at work; Detail says with what
	Note    State = "note"    // something worth keeping
	Done    State = "done"
	Skipped State = "skipped" // this way does not do; Detail says why
	Failed  State = "failed"
)

// Event is one thing that a step says.
type Event struct {
	Step   string
	State  State
	Detail string
	// Percent is how far the step is, from 1 to 100, or 0 where nobody knows.
	Percent int
	// Elapsed is the time since the step started.
	Elapsed time.Duration
}

// Sink takes events, one at a time and in order.
type Sink func(Event)

// Discard is the sink that keeps nothing.
func Discard(Event) {}
