// Package pool decides which call may run, and when. It knows nothing of Python.
//
// A [Pool] hands out slots 0..n-1. A slot is a permit to run one call on one
// worker; which worker a slot stands for is the caller's business. A caller
// that finds no free slot waits in a queue whose length and waiting time are
// limited:
//
//	slot, err := p.Acquire(ctx, hint)
//	if err != nil {
//		return err // ErrSaturated, ErrQueueTimeout, ErrClosed, or the context's
//	}
//	failed := work(slot) != nil
//	p.Release(slot, failed)
//	hint = slot
//
// # Order
//
// Of those who wait for the same slots, a higher [Class] goes first; in a class sessions
// take turns ([Request].Session); in a session whoever came first goes first. Every eighth
// call of a slot is for who has waited longest of all that take it.
//
// Who comes and finds a slot free may pass those who wait, unless one of them is of a
// higher class or has waited for a millisecond (as late as Go runs timers, which is some
// tens of milliseconds when all processors compute). Then newcomers stand in line. So nobody
// starves: a caller with k others before it that came earlier has its slot, after that
// millisecond, when no more than 8(k+1) calls have ended on any one slot that it takes. Who
// waits for one slot alone is passed by nobody.
//
// What may happen to it instead is an error: a full queue sends away the youngest of a
// lower class for one of a higher; the queue timeout and the context end the wait; and a
// caller whose wait would outlive them, as the pace of the queue tells, is refused at once.
//
// # Cost
//
// While nobody waits, a pair of Acquire and Release is two compare-and-swaps
// on a cache line of the slot's own and reads of one word that is written only
// when somebody starts or stops waiting, or the pool closes. Callers that use
// different slots write no common memory, so one more of them costs the others
// nothing. The hint makes that so: a caller that passes the slot it used last
// keeps finding it free and its line in its own cache.
//
// To enter the queue, to be served and to leave it takes the same time however many wait.
// A release that sees somebody wait takes the lock only if nobody was woken yet, or if
// newcomers may not pass.
//
// # Lock discipline
//
// There is one mutex, Pool.mu. It guards the queue of waiters and the counters
// of the queue, it is taken by callers that have to wait and by releases as said above, and
// it is never held while anything blocks or while foreign code runs. The slots are not under
// it: they change by compare-and-swap, also inside the lock. The word gate (the number of
// waiters, their classes, whether newcomers may pass, whether the pool is closed) is written
// under the mutex and read without. Each section under mu that changes the queue ends with
// settle.
//
// Nobody sleeps beside a free slot, because both sides write before they read
// (Dekker): a waiter first shows itself in gate and then looks over the slots,
// a release first frees its slot and then looks at gate. Then, while newcomers may pass, it
// wakes one who waits, unless one was woken who has not looked yet: that one takes the mark
// of it out of gate before it looks, so it sees the slot. It serves all that can be
// served ([Pool.serve]), whoever's turn it is. If it leaves the queue before it looked,
// settle looks in its place. When newcomers may not pass, the release takes the slot again and
// gives it to whose turn it is ([Pool.offer]). Only the first who waits for any slot has to
// look over all of them when it comes; for others releases saw somebody wait already.
//
// A waiter for one slot ([Pool.AcquireSlot]) marks that slot, in the word by which it is
// freed: newcomers cannot take it then, and its release comes to the lock.
package pool
