package pool

import (
	"context"
	"fmt"
)

// Close shuts the gate: callers in line and callers to come get ErrClosed.
// Then it waits until every slot is free or ctx ends; in the second case the
// error wraps ctx.Err(), says how many calls still run, and the pool stays
// shut. Close may be called again and by many at once: each waits.
func (p *Pool) Close(ctx context.Context) error {
	p.shut()
	select {
	case <-p.drained: // also when ctx has ended too
		return nil
	default:
	}
	select {
	case <-p.drained:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("snakepit: close stopped waiting while %d of %d slots still run a call; close again with more time: %w",
			countHeld(p.slots), len(p.slots), ctx.Err())
	}
}

// shut closes the gate and empties the queue.
func (p *Pool) shut() {
	p.mu.Lock()
	if p.timer != nil {
		p.timer.Stop()
	}
	gone := p.cut(func(*waiter) bool { return true })
	p.gate.Store(closedBit)
	p.strict, p.unserved = false, false // nobody waits
	p.checkDrained()
	p.mu.Unlock()
	tell(gone, tellClosed)
}

// checkDrained ends the wait of Close when no slot is held. Each release that
// sees the closed gate comes here after it has freed its slot, so the last one
// finds all free. Called with mu held and the gate closed.
func (p *Pool) checkDrained() {
	select {
	case <-p.drained:
		return
	default:
	}
	if countHeld(p.slots) == 0 {
		close(p.drained)
	}
}
