package pool

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gosnakepit/snakepit/internal/tally"
)

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

	// Never written after New and Share.
	workers  int // that share the slots; 0: each slot has its own
	limit    int
	timeout  time.Duration
	maxBytes int64
	patient  bool // nobody is refused because of the time that it would wait
	compact  bool // the lowest slots first
	demand   chan struct{}
	born     time.Time // waiting times are counted from here

	saturated atomic.Uint64
	heavy     atomic.Uint64
	bytes     atomic.Int64
	waited    atomic.Int64 // nanoseconds, of all that left the queue
	waits     tally.Recorder
	waiters   sync.Pool // of *waiter, each with an empty channel

	mu       sync.Mutex   // see "Lock discipline" in the package comment
	queue    list[waiter] // all of them, oldest first
	common   line         // those who take any slot
	pinned   []*line      // those who take one only, by slot; nil until there are any
	flows    map[flowKey]*flow
	idle     list[flow] // to be used again
	woken    *waiter    // was told to look for a slot, and has not looked yet
	unserved bool       // slots may be free that nobody looks at: settle will
	strict   bool       // what gate says
	seen     time.Duration
	pace     pace
	tickets  uint64
	timer    *time.Timer   // calls tick; nil until somebody waits
	rings    time.Duration // when it does; never: it does not run
	queued   uint64
	expired  uint64
	canceled uint64
	shed     uint64
	down     int
	emptied  map[int32]chan struct{} // closed when a slot that is down is free
	drained  chan struct{}           // closed when the pool is closed and every slot free
}

// New makes a pool, or says which field of c is wrong.
func New(c Config) (*Pool, error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	c = c.withDefaults()
	p := &Pool{
		slots:    make([]slot, c.Slots),
		limit:    c.QueueLimit,
		timeout:  c.QueueTimeout,
		maxBytes: c.MaxBytes,
		patient:  c.NoShedding,
		compact:  c.Elastic,
		common:   line{slot: -1},
		rings:    never,
		born:     time.Now(),
		drained:  make(chan struct{}),
	}
	if c.Elastic {
		p.demand = make(chan struct{}, 1)
	}
	return p, nil
}

// TryAcquire takes a slot without waiting: the hinted one if it is free, else
// any other. hint is the slot that the caller used last, or -1 (so is any
// number that is no slot). It is false when all are busy, when somebody has waited
// for one for a millisecond or is of a higher class than Normal, and when the pool is
// closed; it may miss a slot that comes free while it looks. It takes no lock and
// allocates nothing. The caller owns the slot until it calls Release, once.
func (p *Pool) TryAcquire(hint int32) (slot int32, ok bool) {
	return p.try(hint, passNormal)
}

// try is TryAcquire for a class, which has to wait if the gate is at pass or above.
func (p *Pool) try(hint int32, pass uint64) (slot int32, ok bool) {
	if p.gate.Load() >= pass {
		return -1, false
	}
	slot = hint
	if uint32(hint) >= uint32(len(p.slots)) || !p.slots[hint].take() {
		if slot, ok = p.search(hint); !ok {
			return -1, false
		}
	}
	// Again, now that the slot shows as held: Close, which sets the gate and
	// then looks at the slots, and this, which took a slot and now looks at
	// the gate, cannot both miss the other.
	if p.gate.Load() >= pass {
		p.giveBack(slot)
		return -1, false
	}
	return slot, true
}

// search takes a slot near the hint, or any.
func (p *Pool) search(hint int32) (slot int32, ok bool) {
	if p.workers > 0 {
		if slot, ok = p.takeNear(hint); ok {
			return slot, true
		}
	}
	return p.takeAny()
}

// Acquire is TryAcquire, and if that finds nothing waits in line until a slot
// is handed over, ctx ends, the queue timeout passes or the pool closes.
//
// The error wraps ctx.Err(), ErrQueueTimeout, ErrSaturated or ErrClosed, and
// with any error the caller owns no slot. A free slot is given without a look
// at ctx where nobody waits.
func (p *Pool) Acquire(ctx context.Context, hint int32) (int32, error) {
	if slot, ok := p.try(hint, passNormal); ok {
		return slot, nil
	}
	return p.acquireSlow(ctx, Request{Hint: hint})
}

// TakeSlot takes this slot or none, without waiting. It is false when the slot is held,
// when somebody waits for it who may not be passed, and when the pool is closed.
func (p *Pool) TakeSlot(slot int32) bool { return p.takeSlot(slot, passNormal) }

func (p *Pool) takeSlot(slot int32, pass uint64) bool {
	if p.gate.Load() >= pass || !p.slots[slot].take() {
		return false
	}
	if p.gate.Load() >= pass { // as in try
		p.giveBack(slot)
		return false
	}
	return true
}

// AcquireSlot is Acquire for this slot alone: it waits in line for it, while slots that
// come free go to others. The same limits hold.
func (p *Pool) AcquireSlot(ctx context.Context, slot int32) (int32, error) {
	if p.TakeSlot(slot) {
		return slot, nil
	}
	return p.acquireSlow(ctx, Request{Hint: slot, Only: true})
}

// Release ends a call: it counts it, and its failure if failed, and sees to it that
// whose turn it is gets the slot, if somebody waits. It panics when the slot is not
// held, for then two callers believe that they own it.
func (p *Pool) Release(slot int32, failed bool) {
	if uint32(slot) >= uint32(len(p.slots)) {
		panicNotHeld(slot, len(p.slots))
	}
	s := &p.slots[slot]
	if s.bytes != 0 {
		p.unload(s)
	}
	word, ok := s.finish(failed)
	if !ok {
		panicNotHeld(slot, len(p.slots))
	}
	if p.gate.Load()|word&flagBits >= lowBit {
		p.freed(slot)
	}
}

// giveBack frees a slot in which no call ran.
func (p *Pool) giveBack(slot int32) {
	p.slots[slot].untake()
	if p.gate.Load() >= lowBit || p.slots[slot].flagged() {
		p.freed(slot)
	}
}

//go:noinline
func panicNotHeld(slot int32, slots int) {
	panic(fmt.Sprintf("pool: Release of slot %d, which is not held (slots are 0 to %d)", slot, slots-1))
}

// waiting is the number of callers in the queue.
func (p *Pool) waiting() int { return int(p.gate.Load() & countMask) }

func (p *Pool) closed() bool { return p.gate.Load()&closedBit != 0 }
