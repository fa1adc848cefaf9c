// Package policy is what a pool does about failures besides running calls: it limits,
// retries, hedges, breaks the circuit, and lets workers that crash rest. It knows no
// Python; the root package applies it. A program gives a [Policy] to
// snakepit.PoolConfig; its zero value is none, and costs nothing.
//
// # Order
//
// From the outside in, and always so:
//
//  1. [RateLimit]: a call counts once, however often it is tried. Who is refused has
//     cost nothing.
//  2. [Bulkhead]: a call keeps its place while it waits to be tried again, so that
//     retries never add to the load which made them necessary.
//  3. [Retry]: around the breaker, so that each attempt asks it; an open one ends the
//     retries instead of being knocked at.
//  4. [Breaker]: sees each attempt, but one that is hedged once: whether the pool
//     answers is the question, not which of two workers did.
//  5. [Hedge]: innermost, around nothing but the queue and the run.
//
// The queue of the pool and the deadline of the call's context lie within all of them
// and count as always: no policy waits beyond the deadline, and a wait that could not
// end before it is not begun.
//
// Calls that a tool makes on the pool which runs it pass without: they are part of the
// call that was admitted, and would wait for it.
//
// # Failures
//
// A failure of a call is one that says something about the workers: the process is
// gone, it cannot be had, or Python was at work when the deadline came. An exception
// that a tool raises is an answer. What ended before Python began (a full queue,
// arguments that do not fit, a caller that left) says nothing and counts as neither.
package policy
