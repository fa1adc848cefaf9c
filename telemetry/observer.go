package telemetry

import (
	"context"
	"time"
)

// Observer has a function for each kind of event; those that are nil cost nothing.
//
// A function is called where the event happens, on any goroutine and on several at once,
// and what it does delays the call: it must not wait, and must not call the runtime. The
// context is that of the call, and may have ended.
type Observer struct {
	// Transfer hears of each call that copied or lent in bulk, when it is over: it may
	// come after the caller has the result, and for a call whose caller left, when
	// Python has ended it. A stream is one call; of Go's iterators that are arguments
	// each item is told by itself.
	Transfer func(context.Context, Transfer)

	// Policy hears of each thing that a policy of a pool does (see package policy): to a
	// call, in its context, or to the pool and its workers, in none. What follows from the
	// event has been decided; a function that takes long delays other calls, too.
	Policy func(context.Context, Policy)

	// Stuck hears of each call that did not end when it was cancelled: when that is found,
	// when another worker has taken its place, and when it ends after all.
	Stuck func(Stuck)
}

// Stuck is a call that nobody waits for any more, and that did not end.
type Stuck struct {
	Pool     string
	Worker   int
	Target   string
	Since    time.Time // when its context ended
	Stack    string    // where it was in Python, the innermost last; empty if nobody knows
	Replaced bool      // another worker has taken its place
	Ended    bool
}

// Transfer is what one call moved between Go and Python, of either into the other: text,
// bytes and numbers of 4 KiB and more, which were copied, and tensors, which were lent.
// Both are in bytes.
type Transfer struct {
	Pool    string
	Session string // its ID, "" for none
	Target  string // of a call from Go what it called, of one from Python the Go tool

	CopiedIn, LentIn   int // to Python
	CopiedOut, LentOut int // from Python
}
