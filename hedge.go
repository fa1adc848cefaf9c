package snakepit

import (
	"context"
	"time"

	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/policy"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/telemetry"
)

// hedge is a call made twice, if it has to be. Each runs in a frame of its own; the
// caller's gets the answer of the first that has one.
type hedge struct {
	frames  [2]*wire.Frame
	answers chan answer
}

type answer struct {
	who  int
	mine bool // the frame is still ours
	err  error
}

// newHedge prepares both calls, or returns nil if the arguments cannot be given twice.
func newHedge(f *wire.Frame) *hedge {
	first := f.Twin()
	if first == nil {
		return nil
	}
	second := f.Twin()
	if second == nil {
		first.Recycle()
		return nil
	}
	return &hedge{frames: [2]*wire.Frame{first, second}, answers: make(chan answer, 2)}
}

// run makes the call, and leaves the result in f.
func (h *hedge) run(ctx context.Context, g *guard, p *Pool, what profile.Prepared, f *wire.Frame) error {
	both, cancel := context.WithCancel(ctx)
	defer cancel() // the loser
	go h.call(both, p, what, 0)
	timer := time.NewTimer(g.hedge)
	defer timer.Stop()
	select {
	case a := <-h.answers:
		h.frames[1].Recycle()
		return h.accept(a, f)
	case <-timer.C:
	}
	g.hedges.Add(1)
	g.tell(ctx, p, telemetry.Policy{Action: telemetry.PolicyHedge, Target: f.Call.Target, Wait: g.hedge})
	go h.call(both, p, what, 1)
	a := <-h.answers
	if outcomeOf(a.err, g.failed) != policy.Success {
		other := <-h.answers
		if outcomeOf(other.err, g.failed) == policy.Success || !SafeToRetry(other.err) {
			a, other = other, a
		}
		h.drop(other)
	} else {
		go func() { h.drop(<-h.answers) }()
	}
	if a.who == 1 && a.err == nil {
		g.hedgesWon.Add(1)
		g.tell(ctx, p, telemetry.Policy{Action: telemetry.PolicyHedgeWon, Target: f.Call.Target})
	}
	return h.accept(a, f)
}

func (h *hedge) call(ctx context.Context, p *Pool, what profile.Prepared, who int) {
	a := answer{who: who}
	a.mine, a.err = p.attempt(ctx, what, h.frames[who])
	h.answers <- a
}

// accept makes an answer that of f.
func (h *hedge) accept(a answer, f *wire.Frame) error {
	if a.err == nil {
		f.TakeResult(h.frames[a.who])
		return nil
	}
	h.drop(a)
	return a.err
}

// drop gives up an answer that nobody wants.
func (h *hedge) drop(a answer) {
	if !a.mine {
		return
	}
	f := h.frames[a.who]
	if a.err == nil {
		f.DropObjects()
	}
	f.Recycle()
}
