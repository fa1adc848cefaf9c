package snakepit

import (
	"context"
	"fmt"

	"github.com/gosnakepit/snakepit/internal/wire"
)

// lease is a slot that a call holds: its own, or that of the call which it was made
// within.
type lease struct {
	slot   int32
	within *scope // whose slot it is; nil for its own
}

// maxDepth bounds how deep calls nest, Go to Python to Go and so on: each level takes
// space of the C stack.
const maxDepth = 200

// lease waits for a slot for the call that f will carry, and writes into f whose call
// it is. A call that was made by a tool of a call on these workers uses its slot: if it
// waited for another one, calls that wait for their tools could hold them all.
func (p *Pool) lease(ctx context.Context, f *wire.Frame) (l lease, err error) {
	if caller := scopeOf(ctx); caller != nil {
		l, err = p.leaseWithin(ctx, caller, f)
	} else {
		l.slot, err = p.slotFor(ctx, f)
	}
	if err != nil {
		return l, err
	}
	f.Hint, f.Meter = l.slot, p.meter
	f.Call.Ctx, f.Call.View, f.Call.Slot = ctx, p, l.slot
	f.Ret.NewObject = p.own
	return l, nil
}

// leaseWithin is lease for a call that a tool makes.
func (p *Pool) leaseWithin(ctx context.Context, caller *scope, f *wire.Frame) (lease, error) {
	if caller.depth >= maxDepth {
		return lease{}, fmt.Errorf("snakepit: calls nest more than %d deep: Python, Go tool, Python and so on", maxDepth)
	}
	holder := caller.on(p.workers)
	if holder == nil { // another pool
		slot, err := p.slotFor(ctx, f)
		return lease{slot: slot}, err
	}
	select {
	case holder.turns() <- struct{}{}:
		return p.borrow(ctx, holder, f)
	default: // another goroutine of the tool is there already
	}
	if slot, ok := p.slots.TryAcquire(f.Hint); ok {
		return lease{slot: slot}, nil
	}
	select {
	case holder.turns() <- struct{}{}:
		return p.borrow(ctx, holder, f)
	case <-ctx.Done():
		return lease{}, &CancelError{Err: ctx.Err()}
	}
}

// slotFor waits for a slot: for any, or as the session's affinity says.
func (p *Pool) slotFor(ctx context.Context, f *wire.Frame) (int32, error) {
	if p.session == nil && p.plain && f.Class == 0 {
		return p.acquirePlain(ctx, f.Hint)
	}
	r := p.request(f)
	if p.session != nil {
		return p.session.acquire(ctx, p.workers, r)
	}
	return p.acquire(ctx, r)
}

// borrow makes the call one within holder's, whose turn it has taken.
func (p *Pool) borrow(ctx context.Context, holder *scope, f *wire.Frame) (lease, error) {
	if ctx.Done() != nil && ctx.Err() != nil {
		<-holder.turns()
		return lease{}, &CancelError{Err: ctx.Err()}
	}
	f.Call.Nesting = wire.Within
	if ctx.Done() != holder.Done() {
		f.Call.Nesting = wire.Apart
	}
	inner := newScope(p, ctx, holder.slot)
	inner.of(f)
	inner.lane, f.Call.Lane = holder.lane, holder.lane
	f.Call.Scope = inner
	return lease{holder.slot, holder}, nil
}

// release ends a call: its slot is free once no call within it uses it any more.
func (p *Pool) release(l lease, failed bool, s wire.Scope) {
	if inner, ok := s.(*scope); ok && inner.busy() {
		go func() {
			inner.Wait()
			p.giveBack(l, failed)
		}()
		return
	}
	p.giveBack(l, failed)
}

func (p *Pool) giveBack(l lease, failed bool) {
	if l.within != nil {
		<-l.within.turns()
		return
	}
	p.slots.Release(l.slot, failed)
}
