package snakepit

import (
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/telemetry"
	"github.com/gosnakepit/snakepit/zerocopy"
)

// CallOption changes how calls are made. Give it to With, or among the arguments of Call.
type CallOption struct {
	noCopy, idempotent bool
	classed            bool
	class              Class
}

// RequireZeroCopy makes a call fail with a [CopyError] where text, bytes or numbers of 4
// KiB and more would be copied on their way, in either direction; a stream, and one of
// Go's that is an argument, at the item that would be. Smaller ones are copied always,
// because that is cheaper than lending them. What Python exchanges with Go tools
// meanwhile is the tools' to say, and only counted.
func RequireZeroCopy() CallOption { return CallOption{noCopy: true} }

// Idempotent says that a call may be run again: when the worker that runs it is lost, it
// goes to another one instead of failing with a [WorkerCrashError].
func Idempotent() CallOption { return CallOption{idempotent: true} }

func (o CallOption) apply(f *wire.Frame) {
	f.NoCopy = f.NoCopy || o.noCopy
	f.Idempotent = f.Idempotent || o.idempotent
	if o.classed {
		f.Class = int8(o.class)
	}
}

// and returns what both say; where they differ, what more says.
func (o CallOption) and(more CallOption) CallOption {
	o.noCopy = o.noCopy || more.noCopy
	o.idempotent = o.idempotent || more.idempotent
	if more.classed {
		o.classed, o.class = true, more.class
	}
	return o
}

// With returns the pool as one whose calls are made with these options.
func (p *Pool) With(options ...CallOption) *Pool {
	view := new(Pool)
	view.view(p.workers, p.session)
	view.options = p.options
	for _, o := range options {
		view.options = view.options.and(o)
	}
	return view
}

// With returns the default pool with options; see [Pool.With].
func (rt *Runtime) With(options ...CallOption) *Pool { return rt.defaultPool().With(options...) }

// With returns the session's default pool with options; see [Pool.With].
func (s *Session) With(options ...CallOption) *Pool { return s.defaultPool().With(options...) }

// CopyError says that a call with [RequireZeroCopy] would have copied.
type CopyError = profile.CopyError

// ErrCopied is what every [CopyError] is.
var ErrCopied = profile.ErrCopied

const whyCopied = "are text, bytes or lists of numbers, which are copied; use a *zerocopy.Tensor or an Arrow value for them"

// checkIn refuses arguments that were copied by a call which must not.
func checkIn(f *wire.Frame) error {
	if f.NoCopy && f.Traffic.CopiedIn > 0 {
		return &CopyError{Where: "the arguments", Bytes: f.Traffic.CopiedIn, Why: whyCopied}
	}
	return nil
}

// checkOut is checkIn for the result, once it is decoded: it gives up what was made of
// one that was copied.
func checkOut(f *wire.Frame, where string) error {
	if f.NoCopy && f.Traffic.CopiedOut > 0 {
		f.DropMade()
		return &CopyError{Where: where, Bytes: f.Traffic.CopiedOut, Why: whyCopied}
	}
	return nil
}

// heard passes on to the observer what calls move; nil if it does not want to know.
func heard(o telemetry.Observer) func(*wire.Call, *wire.Traffic) {
	if o.Transfer == nil {
		return nil
	}
	return func(c *wire.Call, t *wire.Traffic) {
		p := c.View.(*Pool)
		e := telemetry.Transfer{
			Pool: p.name, Target: c.Target,
			CopiedIn: t.CopiedIn, CopiedOut: t.CopiedOut, LentIn: t.LentIn, LentOut: t.LentOut,
		}
		if p.session != nil {
			e.Session = p.session.ID()
		}
		o.Transfer(c.Ctx, e)
	}
}

// ZeroCopyStats is what a runtime's calls moved in bulk (text, bytes, packed numbers and
// tensors of 4 KiB and more), in bytes, and the tensors alive in the process.
type ZeroCopyStats struct {
	wire.Totals
	Live zerocopy.LiveStats
}
