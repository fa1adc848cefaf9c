package pool

// Down takes a slot out of use: nobody gets it until Up. A call that holds it goes on,
// and its Release is as any other. Idempotent.
func (p *Pool) Down(slot int32) { p.slots[slot].word.Or(downBit) }

// Up puts a slot into use again: the first in line who takes it has it at once, if it is
// free. Idempotent.
func (p *Pool) Up(slot int32) {
	p.slots[slot].word.And(^uint64(downBit))
	if p.gate.Load() != 0 {
		p.handOver(slot)
	}
}
