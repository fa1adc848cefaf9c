package policy

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// The reasons for which a policy refuses a call, which then has not begun. Match them
// with errors.Is; the error is a *[RefusedError].
var (
	ErrCircuitOpen  = errors.New("snakepit: the circuit breaker is open, because too many calls failed")
	ErrBulkheadFull = errors.New("snakepit: as many calls are in progress as the bulkhead allows")
	ErrRateLimited  = errors.New("snakepit: as many calls have begun as the rate limit allows")
)

// RefusedError says which call a policy did not let begin, and why.
type RefusedError struct {
	Reason error  // ErrCircuitOpen, ErrBulkheadFull or ErrRateLimited
	Pool   string // whose policy it is
	Target string // what was called
	// After is how long the breaker stays open; 0 where nobody knows when a call may pass.
	After time.Duration
	// Last is the failure that opened the breaker. It is another call's, so errors.Is
	// and errors.As do not look into it.
	Last error

	advice string
}

func (e *RefusedError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%v; %q on pool %q has not begun; %s", e.Reason, e.Target, e.Pool, e.advice)
	if e.After > 0 {
		fmt.Fprintf(&b, " in %v", max(e.After.Round(time.Millisecond), time.Millisecond))
	}
	if e.Last != nil {
		fmt.Fprintf(&b, "; the last failure: %v", e.Last)
	}
	return b.String()
}

// Unwrap returns the reason.
func (e *RefusedError) Unwrap() error { return e.Reason }
