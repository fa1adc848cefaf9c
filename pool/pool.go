package pool

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// closedBit of Pool.gate; the bits below it count the waiters.
const closedBit = 1 << 63

// Pool hands out slots. Make one with [New]. All methods may be called from
// any goroutine. A Pool owns nothing but memory and a timer; one that is
// dropped without Close leaks nothing.
type Pool struct {
	_ [lineSize]byte // what lies before the Pool may be written often

	// Read on every call, written rarely. gate is zero when nobody waits and
	// the pool is open: the one thing that the fast path asks.
	slots []slot
	gate  atomic.Uint64
	_     [lineSize - 32]byte

	// Never written after New.
	limit   int
	timeout time.Duration
	born    time.Time // waiting times are counted from here

	saturated atomic.Uint64
	waited    atomic.Int64 // nanoseconds, of all that left the queue
	waiters   sync.Pool    // of *waiter, each with an empty channel

	mu       sync.Mutex // see "Lock discipline" in the package comment
	queue    queue
	common   line   // those of the queue who take any slot
	pinned   []line // those who take one only, by slot; nil until there are any
	tickets  uint64
	timer    *time.Timer // calls expire; nil until somebody waits
	armed    bool        // timer is running; always so while queue is not empty and there is a timeout
	queued   uint64
	expired  uint64
	canceled uint64
	drained  chan struct{} // closed when the pool is closed and every slot free
}

// New makes a pool, or says which field of c is wrong.
func New(c Config) (*Pool, error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	c = c.withDefaults()
	return &Pool{
		slots:   make([]slot, c.Slots),
		limit:   c.QueueLimit,
		timeout: c.QueueTimeout,
		born:    time.Now(),
		drained: make(chan struct{}),
	}, nil
}

// TryAcquire takes a slot without waiting: the hinted one if it is free, else
// any other. hint is the slot that the caller used last, or -1 (so is any
// number that is no slot). It is false when all are busy, when somebody waits
// already, and when the pool is closed; it may miss a slot that comes free
// while it looks. It takes no lock and allocates nothing. The caller owns the
// slot until it calls Release, once.
func (p *Pool) TryAcquire(hint int32) (slot int32, ok bool) {
	if p.gate.Load() != 0 {
		return -1, false
	}
	slot = hint
	if uint32(hint) >= uint32(len(p.slots)) || !p.slots[hint].take() {
		if slot, ok = takeAny(p.slots); !ok {
			return -1, false
		}
	}
	// Again, now that the slot shows as held: Close, which sets the gate and
	// then looks at the slots, and this, which took a slot and now looks at
	// the gate, cannot both miss the other.
	if p.gate.Load() != 0 {
		p.giveBack(slot)
		return -1, false
	}
	return slot, true
}

// Acquire is TryAcquire, and if that finds nothing waits in line until a slot
// is handed over, ctx ends, the queue timeout passes or the pool closes.
//
// The error wraps ctx.Err(), ErrQueueTimeout, ErrSaturated or ErrClosed, and
// with any error the caller owns no slot. A free slot is given without a look
// at ctx where nobody waits.
func (p *Pool) Acquire(ctx context.Context, hint int32) (int32, error) {
	if slot, ok := p.TryAcquire(hint); ok {
		return slot, nil
	}
	return p.acquireSlow(ctx, -1)
}

// TakeSlot takes this slot or none, without waiting. It is false when the slot is held,
// when somebody waits who takes it, and when the pool is closed.
func (p *Pool) TakeSlot(slot int32) bool {
	if p.gate.Load() != 0 {
		return p.takeBeside(slot)
	}
	if !p.slots[slot].take() {
		return false
	}
	if p.gate.Load() != 0 { // as in TryAcquire
		p.giveBack(slot)
		return false
	}
	return true
}

// takeBeside is TakeSlot where others wait, perhaps for other slots.
func (p *Pool) takeBeside(slot int32) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.closed() && p.next(slot) == nil && p.slots[slot].take()
}

// AcquireSlot is Acquire for this slot alone: it waits in line for it, while slots that
// come free go to others. The same limits hold.
func (p *Pool) AcquireSlot(ctx context.Context, slot int32) (int32, error) {
	if p.TakeSlot(slot) {
		return slot, nil
	}
	return p.acquireSlow(ctx, slot)
}

// Release ends a call: it counts it, and its failure if failed, and hands the
// slot to the first in line, if there is one. It panics when the slot is not
// held, for then two callers believe that they own it.
func (p *Pool) Release(slot int32, failed bool) {
	if uint32(slot) >= uint32(len(p.slots)) || !p.slots[slot].finish(failed) {
		panicNotHeld(slot, len(p.slots))
	}
	if p.gate.Load() != 0 {
		p.handOver(slot)
	}
}

// giveBack frees a slot in which no call ran.
func (p *Pool) giveBack(slot int32) {
	p.slots[slot].untake()
	if p.gate.Load() != 0 {
		p.handOver(slot)
	}
}

//go:noinline
func panicNotHeld(slot int32, slots int) {
	panic(fmt.Sprintf("pool: Release of slot %d, which is not held (slots are 0 to %d)", slot, slots-1))
}

// waiting is the number of callers in the queue.
func (p *Pool) waiting() int { return int(p.gate.Load() &^ closedBit) }

func (p *Pool) closed() bool { return p.gate.Load()&closedBit != 0 }
