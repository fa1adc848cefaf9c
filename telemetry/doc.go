// Package telemetry is what a runtime tells of its work while it goes on: the catalogue
// of its events, and the [Observer] that hears of them. It imports nothing but the
// standard library, so that programs which adapt it to a library of theirs link only
// that one.
package telemetry
