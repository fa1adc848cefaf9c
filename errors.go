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

// CancelError says that the context of a call ended before the call did.
// errors.Is finds the context's error in it.
type CancelError struct {
	Running bool // Python had begun, and works on; its slot is free when it ends
	Err     error
}

func (e *CancelError) Error() string {
	if e.Running {
		return fmt.Sprintf("snakepit: %v while Python was running the call; it runs on, and its result will be dropped", e.Err)
	}
	return fmt.Sprintf("snakepit: %v before Python began with the call", e.Err)
}

// Unwrap returns the context's error.
func (e *CancelError) Unwrap() error { return e.Err }

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
		return !cancel.Running
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
