package snakepit

import (
	"context"
	"errors"
	"fmt"

	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/pool"
	"github.com/gosnakepit/snakepit/profile"
)

// Sentinels; match them with errors.Is.
var (
	ErrClosed       = pool.ErrClosed       // the runtime is closed
	ErrSaturated    = pool.ErrSaturated    // the queue is full, or too long for the deadline, or there are too many bytes
	ErrQueueTimeout = pool.ErrQueueTimeout // no worker became free in time
	ErrUnavailable  = profile.ErrUnavailable
	ErrToolNotFound = profile.ErrToolNotFound
	ErrReleased     = profile.ErrReleased // an Object was used after Release
	ErrPoolNotFound = errors.New("snakepit: no such pool")

	ErrSessionClosed            = errors.New("snakepit: the session is closed, or its time is up")
	ErrSessionQuota             = errors.New("snakepit: there are as many sessions as Config.MaxSessions allows")
	ErrWorkerBusy               = errors.New("snakepit: the session's worker is busy")
	ErrSessionWorkerUnavailable = errors.New("snakepit: the session's worker is gone")
)

type (
	// PythonError is an exception that Python code raised; %+v prints it as Python would.
	PythonError = value.PythonError
	// ExceptionFrame is one entry of a PythonError's traceback.
	ExceptionFrame = value.ExceptionFrame
	// ShapeError says that arrays or tensors did not fit; errors.As finds it in a PythonError.
	ShapeError = value.ShapeError
	// DTypeError says that types of elements did not fit; errors.As finds it in a PythonError.
	DTypeError = value.DTypeError
	// DeviceError says that tensors lie on the wrong device, or that there is none such;
	// errors.As finds it in a PythonError.
	DeviceError = value.DeviceError
	// OutOfMemoryError says how much memory was asked for and missing, and where; errors.As
	// finds it in a PythonError.
	OutOfMemoryError = value.OutOfMemoryError
	// ConversionError says that a value could not cross between Go and Python, and where it stands.
	ConversionError = value.ConversionError
	// WorkerCrashError says that the process which ran a call, or was to run it, is gone.
	WorkerCrashError = profile.WorkerCrashError
)

// ConfigError says which setting is wrong and how.
type ConfigError struct {
	Field string // "Config.Pools[1].Name"
	Why   string
}

func (e *ConfigError) Error() string { return fmt.Sprintf("snakepit: %s: %s", e.Field, e.Why) }

// CancelStage says how far a call was when its context ended.
type CancelStage int

// The stages.
const (
	CancelQueued    CancelStage = iota // Python had not begun with it
	CancelRunning                      // Python ran it
	CancelStreaming                    // it was a range over what Python yields
)

// CancelError says that the context of a call ended before the call did. errors.Is finds
// the context's error in it. What Python was at is cancelled: its code gets a
// snakepit_bridge.Cancelled at its next bytecode.
type CancelError struct {
	Stage   CancelStage
	Running bool   // Python had not ended when the caller left; its worker is free when it has, and what it returns is dropped
	Stack   string // where in Python the call was cancelled, as Python prints it; empty while that is not known
	Err     error
}

func (e *CancelError) Error() string {
	switch {
	case e.Running:
		return fmt.Sprintf("snakepit: %v while Python was running the call, which is cancelled; its result will be dropped", e.Err)
	case e.Stage == CancelQueued:
		return fmt.Sprintf("snakepit: %v before Python began with the call", e.Err)
	}
	return fmt.Sprintf("snakepit: %v while Python was running the call, which has ended", e.Err)
}

// Unwrap returns the context's error.
func (e *CancelError) Unwrap() error { return e.Err }

// stopped is the error of a call that Python ended because its context had ended.
func stopped(s *profile.Stopped) *CancelError {
	e := &CancelError{Stage: CancelRunning, Err: s.Err}
	var python *PythonError
	if errors.As(s.How, &python) {
		e.Stack = fmt.Sprintf("%+v", python)
	}
	return e
}

// notBegun are errors of calls that have not begun.
var notBegun = []error{
	ErrClosed, ErrSaturated, ErrQueueTimeout, ErrUnavailable, ErrToolNotFound, ErrPoolNotFound, ErrStreams,
	ErrSessionClosed, ErrSessionQuota, ErrWorkerBusy, ErrSessionWorkerUnavailable,
	ErrCircuitOpen, ErrBulkheadFull, ErrRateLimited,
}

// SafeToRetry reports whether a failed call has surely not begun in Python, so that
// trying it again cannot do anything twice.
func SafeToRetry(err error) bool {
	var cancel *CancelError
	if errors.As(err, &cancel) {
		return cancel.Stage == CancelQueued && !cancel.Running
	}
	var lost *WorkerCrashError
	if errors.As(err, &lost) {
		return !lost.Started
	}
	var invalid *ValidationError
	var python *PythonError
	if errors.As(err, &invalid) && !errors.As(err, &python) {
		return true
	}
	for _, e := range notBegun {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// before wraps a context's error met before Python began.
func before(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return &CancelError{Err: err}
	}
	return err
}

// at says where in a call the value stands that could not be converted.
func at(where string, err error) error { // err is not nil
	var c *ConversionError
	if errors.As(err, &c) {
		c.Path = where + c.Path
	}
	return err
}
