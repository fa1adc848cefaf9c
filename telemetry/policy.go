package telemetry

import "time"

// PolicyAction is what a policy did.
type PolicyAction string

// What policies do to a call.
const (
	PolicyRetry     PolicyAction = "retry"     // makes it again after Wait, because of Err; Attempt is the coming one
	PolicyExhausted PolicyAction = "exhausted" // lets it fail with Err after Attempt attempts, all that it may make
	PolicyRefuse    PolicyAction = "refuse"    // lets it not begin: Err says which policy, and why
	PolicyHedge     PolicyAction = "hedge"     // makes it a second time, because the first took longer than Wait
	PolicyHedgeWon  PolicyAction = "hedge_won" // takes the answer of the second
)

// What policies do to a pool.
const (
	PolicyOpen     PolicyAction = "breaker_open"      // its breaker refuses calls, because of Err
	PolicyHalfOpen PolicyAction = "breaker_half_open" // lets some through to see
	PolicyClose    PolicyAction = "breaker_closed"    // lets them through
	PolicyCrash    PolicyAction = "crash"             // Worker is gone: Err says how
	PolicyTaint    PolicyAction = "taint"             // Worker rests for Wait
	PolicyRested   PolicyAction = "rested"            // Worker gets calls again
	PolicyMemory   PolicyAction = "memory"            // the program's memory has grown to Bytes
)

// Policy is what a policy did.
type Policy struct {
	Pool   string
	Action PolicyAction

	Session string // its ID, "" for none
	Target  string // what was called, "" where it is not about a call
	Attempt int
	Wait    time.Duration
	Worker  int
	Devices []string // that a crash named, such as "cuda:1"
	Bytes   int64
	Err     error
}
