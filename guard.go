package snakepit

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/policy"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/telemetry"
)

// guard is the policies around the calls of a pool, in the order that package policy
// gives. A pool without any has none.
type guard struct {
	of      *workers
	gate    *policy.Gate    // nil for none
	retry   policy.Retry    // Attempts 0: as without a policy
	circuit *policy.Circuit // nil for none
	failed  func(error) bool
	hedge   time.Duration // 0 for none

	retries, exhausted, hedges, hedgesWon, limited, full atomic.Uint64
}

func newGuard(w *workers, p *policy.Policy) *guard {
	if !p.Limits() {
		return nil
	}
	g := &guard{of: w, gate: policy.NewGate(p), retry: p.Retry, failed: p.Breaker.Failed, hedge: p.Hedge.After}
	if p.Breaker.Failures != 0 || p.Breaker.Rate != 0 {
		g.circuit = policy.NewCircuit(p.Breaker, g.changed)
	}
	return g
}

// run is Pool.run with policies.
func (g *guard) run(ctx context.Context, p *Pool, what profile.Prepared, f *wire.Frame) error {
	if g.gate != nil {
		at, err := g.enter(ctx, p, f.Call.Target)
		if err != nil {
			return unsent(f, err)
		}
		defer at.Leave()
	}
	return g.tries(ctx, p, what, f)
}

// within reports whether a call is part of one that runs on the same pool, and was
// admitted with it.
func (p *Pool) within(ctx context.Context) bool {
	caller := scopeOf(ctx)
	return caller != nil && caller.on(p.workers) != nil
}

// enter passes the limits.
func (g *guard) enter(ctx context.Context, p *Pool, target string) (policy.Place, error) {
	at, err := g.gate.Enter(ctx, target)
	switch {
	case err == nil:
		return at, nil
	case errors.Is(err, ErrRateLimited):
		g.limited.Add(1)
	case errors.Is(err, ErrBulkheadFull):
		g.full.Add(1)
	default:
		return at, before(ctx, err)
	}
	return at, g.refused(ctx, p, target, err)
}

// refused tells of a call that a policy does not let begin. err is nobody else's.
func (g *guard) refused(ctx context.Context, p *Pool, target string, err error) error {
	var e *RefusedError
	if errors.As(err, &e) {
		e.Pool, e.Target = p.name, target
	}
	g.tell(ctx, p, telemetry.Policy{Action: telemetry.PolicyRefuse, Target: target, Err: err})
	return err
}

// tries makes a call as often as the retry policy wants.
func (g *guard) tries(ctx context.Context, p *Pool, what profile.Prepared, f *wire.Frame) (err error) {
	for n := 1; ; n++ {
		last := err
		mine := false
		mine, err = g.once(ctx, p, what, f)
		if err == nil {
			return nil
		}
		if last != nil && errors.Is(err, ErrCircuitOpen) {
			err = fmt.Errorf("%w; the attempt before it: %w", err, last)
		}
		if !mine {
			return err
		}
		if again := g.again(ctx, p, n, err, f); !again || ctx.Err() != nil {
			f.Recycle()
			return whileWaiting(ctx, again, err)
		}
	}
}

// whileWaiting is the error of a call that failed, and whose context ended before it was
// made again, if it was to be.
func whileWaiting(ctx context.Context, again bool, err error) error {
	if again {
		err = fmt.Errorf("snakepit: %w before the next attempt; the last one: %w", ctx.Err(), err)
	}
	return err
}

// again waits before another attempt, and reports whether there is to be one.
func (g *guard) again(ctx context.Context, p *Pool, n int, err error, f *wire.Frame) bool {
	if errors.Is(err, ErrCircuitOpen) || !worthRetrying(err, f.Idempotent, g.retry.On) {
		return false
	}
	pause, ok := g.pause(n, err)
	if !ok && n == 1 {
		return false // there is no policy, or it wants no second attempt
	}
	if !ok {
		g.exhausted.Add(1)
		g.tell(ctx, p, telemetry.Policy{Action: telemetry.PolicyExhausted, Target: f.Call.Target, Attempt: n, Err: err})
		return false
	}
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= pause || !retry(f) {
		return false
	}
	g.retries.Add(1)
	g.tell(ctx, p, telemetry.Policy{Action: telemetry.PolicyRetry, Target: f.Call.Target, Attempt: n + 1, Wait: pause, Err: err})
	if pause > 0 {
		_ = policy.Sleep(ctx, pause)
	}
	return true
}

// pause is how long to wait after n attempts; false: they were enough.
func (g *guard) pause(n int, err error) (time.Duration, bool) {
	if g.retry.Attempts != 0 {
		return g.retry.Pause(n), n < g.retry.Attempts
	}
	var lost *WorkerCrashError
	return 0, n < maxRuns && errors.As(err, &lost)
}

// once makes one attempt. However it ends, a panic included, the breaker learns of it.
func (g *guard) once(ctx context.Context, p *Pool, what profile.Prepared, f *wire.Frame) (mine bool, err error) {
	if g.circuit == nil {
		return g.attempt(ctx, p, what, f)
	}
	ticket, err := g.ticket(ctx, p, f.Call.Target)
	if err != nil {
		f.Tally.Failed(-1, classOf(err))
		return true, err
	}
	outcome := policy.Neither
	defer func() { g.circuit.Done(ticket, outcome, err) }()
	mine, err = g.attempt(ctx, p, what, f)
	outcome = outcomeOf(err, g.failed)
	return mine, err
}

func (g *guard) ticket(ctx context.Context, p *Pool, target string) (policy.Ticket, error) {
	ticket, err := g.circuit.Allow()
	if err != nil {
		err = g.refused(ctx, p, target, err)
	}
	return ticket, err
}

func (g *guard) attempt(ctx context.Context, p *Pool, what profile.Prepared, f *wire.Frame) (mine bool, err error) {
	if g.hedge > 0 && f.Idempotent && (p.session == nil || p.affinity == AffinityHint) {
		if h := newHedge(f); h != nil {
			return true, h.run(ctx, g, p, what, f)
		}
	}
	return p.attempt(ctx, what, f)
}

// changed tells of the breaker's changes.
func (g *guard) changed(s policy.State, err error) {
	action := map[policy.State]telemetry.PolicyAction{
		policy.Open: telemetry.PolicyOpen, policy.HalfOpen: telemetry.PolicyHalfOpen, policy.Closed: telemetry.PolicyClose,
	}[s]
	g.of.tell(context.Background(), telemetry.Policy{Action: action, Err: err})
}

// tell tells the observer what a policy did about a call.
func (g *guard) tell(ctx context.Context, p *Pool, e telemetry.Policy) {
	if p.session != nil {
		e.Session = p.session.ID()
	}
	g.of.tell(ctx, e)
}

func (w *workers) tell(ctx context.Context, e telemetry.Policy) {
	if hear := w.rt.config.Observer.Policy; hear != nil {
		e.Pool = w.name
		hear(ctx, e)
	}
}

// pass is a stream's way through the policies; it is ended with the stream.
type pass struct {
	guard  *guard
	place  policy.Place
	ticket policy.Ticket
	told   bool // the breaker knows
}

// admit lets a stream pass, which is neither tried again nor hedged. g may be nil.
func (g *guard) admit(ctx context.Context, p *Pool, target string) (s pass, err error) {
	if g == nil || p.within(ctx) {
		return s, nil
	}
	if g.gate != nil {
		if s.place, err = g.enter(ctx, p, target); err != nil {
			return s, err
		}
	}
	if s.ticket, err = g.ticket(ctx, p, target); err != nil {
		s.place.Leave()
		return pass{}, err
	}
	s.guard = g
	return s, nil
}

// began tells the breaker of a first item. A stream may last for hours; as a probe it has
// shown what was asked.
func (s *pass) began() {
	if s.guard != nil && !s.told && s.ticket.Probe() {
		s.told = true
		s.guard.circuit.Done(s.ticket, policy.Success, nil)
	}
}

func (s *pass) end(err error) {
	if s.guard == nil {
		return
	}
	if !s.told {
		s.guard.circuit.Done(s.ticket, outcomeOf(err, s.guard.failed), err)
	}
	s.place.Leave()
}
