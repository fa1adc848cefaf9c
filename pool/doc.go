// Package pool decides which call may run, and when. It knows nothing of Python.
//
// A [Pool] hands out slots 0..n-1. A slot is a permit to run one call on one
// worker; which worker a slot stands for is the caller's business. A caller
// that finds no free slot waits in a first-in, first-out queue whose length
// and waiting time are limited:
//
//	slot, err := p.Acquire(ctx, hint)
//	if err != nil {
//		return err // ErrSaturated, ErrQueueTimeout, ErrClosed, or the context's
//	}
//	failed := work(slot) != nil
//	p.Release(slot, failed)
//	hint = slot
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
// # Lock discipline
//
// There is one mutex, Pool.mu. It guards the queue of waiters and the counters
// of the queue, it is taken by callers that have to wait and by releases that
// see somebody wait, and it is never held while anything blocks or while
// foreign code runs. The slots are not under it: they change by
// compare-and-swap, also inside the lock. The word gate (the number of waiters
// and whether the pool is closed) is written under the mutex and read without.
//
// Nobody sleeps beside a free slot, because both sides write before they read
// (Dekker): a waiter first shows itself in gate and then looks over the slots,
// a release first frees its slot and then looks at gate. Whoever frees a slot
// and sees a waiter owes that slot to the queue ([Pool.handOver]). So while
// somebody waits for any slot, each one is held or owed, and only the first such
// waiter has to look over all of them. A waiter for one slot ([Pool.AcquireSlot])
// looks at that one alone; those who come while only such wait find the gate not
// zero, and look at the others under the lock.
package pool
