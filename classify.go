package snakepit

import (
	"context"
	"errors"

	"github.com/gosnakepit/snakepit/policy"
)

// RefusedError says which call a pool's policy did not let begin, and why.
type RefusedError = policy.RefusedError

// The reasons of a *[RefusedError]; see package policy.
var (
	ErrCircuitOpen  = policy.ErrCircuitOpen
	ErrBulkheadFull = policy.ErrBulkheadFull
	ErrRateLimited  = policy.ErrRateLimited
)

// outcomeOf is what the error of an attempt says about the workers; see package policy.
// failed, if not nil, finds more that is bad.
func outcomeOf(err error, failed func(error) bool) policy.Outcome {
	if err == nil { // before what errors.As would have on the heap
		return policy.Success
	}
	var lost *WorkerCrashError
	switch {
	case errors.As(err, &lost), errors.Is(err, ErrUnavailable), failed != nil && failed(err):
		return policy.Failure
	case SafeToRetry(err):
		return policy.Neither
	case errors.Is(err, context.DeadlineExceeded):
		return policy.Failure
	case errors.Is(err, context.Canceled):
		return policy.Neither
	}
	return policy.Success
}

// passing are errors of calls that have not begun, and that another attempt may be spared.
var passing = []error{ErrUnavailable, ErrSaturated, ErrQueueTimeout, ErrWorkerBusy}

// worthRetrying reports whether a call that failed may be made again, and whether that
// may help.
func worthRetrying(err error, idempotent bool, on func(error) bool) bool {
	var lost *WorkerCrashError
	if errors.As(err, &lost) {
		return idempotent || !lost.Started
	}
	for _, e := range passing {
		if errors.Is(err, e) {
			return true
		}
	}
	return idempotent && on != nil && on(err)
}
