package pool

import (
	"context"
	"fmt"
)

// Down takes a slot out of use: nobody gets it until Up. A call that holds it goes on,
// and its Release is as any other. Idempotent.
func (p *Pool) Down(slot int32) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.slots[slot].word.Or(downBit)&downBit == 0 {
		p.down++
	}
}

// Up puts a slot into use again: whose turn it is has it at once, if it is free.
// Idempotent.
func (p *Pool) Up(slot int32) {
	p.mu.Lock()
	if p.slots[slot].word.And(^uint64(downBit))&downBit != 0 {
		p.down--
	}
	p.stopWaiting(slot)
	p.mu.Unlock()
	p.handOver(slot)
}

// Empty is Down, and waits until no call holds the slot, or ctx ends; then the error
// wraps ctx.Err(), and the slot is down all the same. It is for who replaces a worker.
func (p *Pool) Empty(ctx context.Context, slot int32) error {
	p.Down(slot)
	empty := p.whenEmpty(slot)
	select {
	case <-empty: // also when ctx has ended too
		return nil
	default:
	}
	select {
	case <-empty:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("snakepit: slot %d still runs a call: %w", slot, ctx.Err())
	}
}

// whenEmpty returns a channel that is closed once nobody holds a slot that is down, or
// when it is up again.
func (p *Pool) whenEmpty(slot int32) <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	empty := p.emptied[slot]
	if empty == nil {
		empty = make(chan struct{})
		if p.emptied == nil {
			p.emptied = map[int32]chan struct{}{}
		}
		p.emptied[slot] = empty
	}
	p.checkEmptied(slot)
	return empty
}

// checkEmptied ends the waits of Empty for a slot that nobody holds. Each release that
// sees the slot down comes here after it has freed it. Called with mu held.
func (p *Pool) checkEmptied(slot int32) {
	if len(p.emptied) > 0 && !isHeld(p.slots[slot].word.Load()) {
		p.stopWaiting(slot)
	}
}

func (p *Pool) stopWaiting(slot int32) {
	if empty := p.emptied[slot]; empty != nil {
		close(empty)
		delete(p.emptied, slot)
	}
}
