package pool

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// The reasons for which a caller gets no slot, beside its context's.
// Compare with errors.Is: what the package returns wraps them with numbers.
var (
	// ErrClosed means that Close was called before the caller got a slot.
	ErrClosed = errors.New("snakepit: the pool is closed; open a new runtime to call again")
	// ErrSaturated means that the pool has more to do than it can: the queue is full, or
	// the caller would wait in vain, or there are too many bytes in its calls. The text says
	// which. The call never started.
	ErrSaturated = errors.New("snakepit: every slot is busy and the queue is full; call again later, or raise the pool's workers or queue limit")
	// ErrQueueTimeout means that no slot came free in time. The call never started.
	ErrQueueTimeout = errors.New("snakepit: no slot came free within the queue timeout; call again later, or raise the pool's workers or queue timeout")
	// ErrBusy means that a caller that would not wait would have had to.
	ErrBusy = errors.New("snakepit: no slot is free")
)

// More reasons of ErrSaturated.
var (
	errHopeless  = saturation("too many wait for the call to end by its deadline, or to begin within the queue timeout; call again later, or raise the pool's workers or the deadline")
	errDisplaced = saturation("the queue is full, and the place went to a call of a higher priority; call again later, or raise the pool's workers or queue limit")
	errHeavy     = saturation("the arguments of the pool's calls have too many bytes; call again later, or raise the limit of bytes")
)

// saturation is a reason of ErrSaturated.
type saturation string

func (s saturation) Error() string        { return "snakepit: " + string(s) }
func (s saturation) Is(target error) bool { return target == ErrSaturated }

// refusal says with numbers why a caller got no slot. It formats when it is
// read, because a pool that sheds load makes many and few are printed.
type refusal struct {
	cause   error
	slots   int
	waiting int
	limit   int
	waited  time.Duration
}

func (r *refusal) Unwrap() error { return r.cause }

func (r *refusal) Error() string {
	text := r.cause.Error()
	if errors.Is(r.cause, context.Canceled) || errors.Is(r.cause, context.DeadlineExceeded) {
		text = "snakepit: gave up waiting for a slot: " + text
	}
	return fmt.Sprintf("%s (slots: %d, waiting: %d, queue limit: %d, waited: %v)",
		text, r.slots, r.waiting, r.limit, r.waited)
}

func (p *Pool) refuse(cause error, waited time.Duration) error {
	return &refusal{
		cause:   cause,
		slots:   len(p.slots),
		waiting: p.waiting(),
		limit:   p.limit,
		waited:  waited,
	}
}
