package snakepit

import (
	"context"
	"errors"

	"github.com/gosnakepit/snakepit/internal/tally"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/profile"
)

// countsOf returns what counts the calls of a target.
func (w *workers) countsOf(target string) *tally.Tally {
	if o := w.offers.named(target); o != nil {
		return o.counts
	}
	return w.others
}

// begin starts the watch of a call. One that its caller can leave pays for more than a
// clock; of others, which may be as short as calls can be, some are measured.
func begin(f *wire.Frame) tally.Watch {
	if f.CopyIn {
		return tally.Begin()
	}
	return f.Sampler.Begin()
}

// unprepared counts a call whose target was not found.
func (w *workers) unprepared(target string, err error) error {
	if w.err == nil {
		w.countsOf(target).Failed(-1, classOf(err))
	}
	return err
}

// unsent counts a call that failed before it had a worker, and gives its frame back.
func unsent(f *wire.Frame, err error) error {
	f.Tally.Failed(-1, classOf(err))
	f.Recycle()
	return err
}

// unread counts a call whose result could not be read, and gives its frame back.
func unread(f *wire.Frame, err error) error {
	f.Tally.Failed(f.Hint, classOf(err))
	f.Recycle()
	return err
}

// classOf says why a call failed.
func classOf(err error) tally.Class {
	for _, c := range byType {
		if c.is(err) {
			return c.class
		}
	}
	for _, c := range bySentinel {
		if errors.Is(err, c.sentinel) {
			return c.class
		}
	}
	return tally.Other
}

// byType are looked at in order: an exception may carry a Go error of another class.
var byType = []struct {
	class tally.Class
	is    func(error) bool
}{
	{tally.Canceled, is[*CancelError]},
	{tally.Canceled, is[*profile.Running]},
	{tally.Canceled, is[*profile.Stopped]},
	{tally.Crashed, is[*WorkerCrashError]},
	{tally.Validation, func(err error) bool {
		var e *PythonError
		return errors.As(err, &e) && refusedArgument(e)
	}},
	{tally.Python, is[*PythonError]},
	{tally.Validation, is[*ValidationError]},
	{tally.Conversion, is[*ConversionError]},
	{tally.Conversion, is[*CopyError]},
}

func is[T error](err error) bool {
	var e T
	return errors.As(err, &e)
}

var bySentinel = []struct {
	class    tally.Class
	sentinel error
}{
	{tally.Saturated, ErrSaturated},
	{tally.Saturated, ErrWorkerBusy},
	{tally.QueueTimeout, ErrQueueTimeout},
	{tally.Closed, ErrClosed},
	{tally.Closed, ErrSessionClosed},
	{tally.Refused, ErrCircuitOpen},
	{tally.Refused, ErrBulkheadFull},
	{tally.Refused, ErrRateLimited},
	{tally.Unavailable, ErrUnavailable},
	{tally.Unavailable, ErrSessionWorkerUnavailable},
	{tally.Canceled, context.Canceled},
	{tally.Canceled, context.DeadlineExceeded},
}
