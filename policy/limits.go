package policy

import (
	"context"
	"fmt"
	"time"

	"github.com/failsafe-go/failsafe-go/bulkhead"
	"github.com/failsafe-go/failsafe-go/ratelimiter"
)

// Gate is the rate limit and the bulkheads of a pool. Safe for concurrent use.
type Gate struct {
	rate    ratelimiter.RateLimiter[any] // nil for none
	maxRate time.Duration
	all     bulkhead.Bulkhead[any] // nil for none
	tools   map[string]bulkhead.Bulkhead[any]
	maxWait time.Duration
}

// NewGate returns what holds calls back, or nil if nothing does; p was checked.
func NewGate(p *Policy) *Gate {
	g := &Gate{maxRate: p.RateLimit.MaxWait, maxWait: p.Bulkhead.MaxWait}
	if n := uint(p.RateLimit.Calls); n != 0 {
		if p.RateLimit.Smooth {
			g.rate = ratelimiter.NewSmooth[any](n, p.RateLimit.Per)
		} else {
			g.rate = ratelimiter.NewBursty[any](n, p.RateLimit.Per)
		}
	}
	if n := uint(p.Bulkhead.Limit); n != 0 {
		g.all = bulkhead.New[any](n)
	}
	for name, n := range p.Bulkhead.PerTool {
		if g.tools == nil {
			g.tools = map[string]bulkhead.Bulkhead[any]{}
		}
		g.tools[name] = bulkhead.New[any](uint(n))
	}
	if g.rate == nil && !p.Bulkhead.set() {
		return nil
	}
	return g
}

// Place is what a call holds of a gate. The zero value is nothing.
type Place struct{ tool, all bulkhead.Bulkhead[any] }

// Leave gives the place back.
func (p Place) Leave() {
	if p.all != nil {
		p.all.ReleasePermit()
	}
	if p.tool != nil {
		p.tool.ReleasePermit()
	}
}

// Enter waits for the turn of a call, and for a place. The error is a *[RefusedError] or
// the context's.
func (g *Gate) Enter(ctx context.Context, target string) (at Place, err error) {
	if err := g.turn(ctx); err != nil {
		return at, err
	}
	if at.tool, err = g.take(ctx, g.tools[target], target); err != nil {
		return Place{}, err
	}
	if at.all, err = g.take(ctx, g.all, ""); err != nil {
		at.Leave()
		return Place{}, err
	}
	return at, nil
}

// turn waits as the rate limit says.
func (g *Gate) turn(ctx context.Context) error {
	if g.rate == nil {
		return nil
	}
	switch wait := g.rate.TryReservePermit(within(ctx, g.maxRate)); {
	case wait < 0:
		return &RefusedError{Reason: ErrRateLimited, advice: fmt.Sprintf(
			"its turn would come later than RateLimit.MaxWait (%v) or its deadline allows: call again later, or raise RateLimit", g.maxRate)}
	case wait > 0:
		return Sleep(ctx, wait)
	}
	return nil
}

// within cuts a wait to what is left of the context.
func within(ctx context.Context, wait time.Duration) time.Duration {
	if deadline, ok := ctx.Deadline(); ok {
		return max(min(wait, time.Until(deadline)), 0)
	}
	return wait
}

func (g *Gate) take(ctx context.Context, b bulkhead.Bulkhead[any], target string) (bulkhead.Bulkhead[any], error) {
	if b == nil || b.TryAcquirePermit() {
		return b, nil
	}
	err := b.AcquirePermitWithMaxWait(ctx, g.maxWait)
	switch {
	case err == nil:
		return b, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case target != "":
		return nil, g.full(fmt.Sprintf("Bulkhead.PerTool[%q]", target))
	}
	return nil, g.full("Bulkhead.Limit")
}

// full is the error of a call that found no place.
func (g *Gate) full(limit string) error {
	return &RefusedError{Reason: ErrBulkheadFull, advice: fmt.Sprintf(
		"no place came free in %v (Bulkhead.MaxWait): call again later, or raise %s", g.maxWait, limit)}
}

// Sleep waits, or returns the context's error if that ends first.
func Sleep(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
