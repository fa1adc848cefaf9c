// Package telemetry is what a runtime tells of its work while it goes on: the catalogue
// of its events, and the [Observer] that hears of them. It imports nothing but the
// standard library, so that programs which adapt it to a library of theirs link only
// that one.
//
// # Catalogue
//
//   - [Transfer]: a call is over that copied or lent in bulk.
//   - [Policy]: a policy did something: to a call (retry, exhausted, refuse, hedge,
//     hedge_won), to a pool (breaker_open, breaker_half_open, breaker_closed, memory) or to
//     a worker (crash, taint, rested). Its Action says what.
package telemetry
