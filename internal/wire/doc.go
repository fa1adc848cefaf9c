// Package wire is the byte format in which a call's arguments and its result
// cross between Go and C in one step.
//
// A [Frame] carries one call: Go appends the arguments to In, C builds the
// Python objects from it, calls, and writes the result to Out (or to memory of
// its own when Out is too small). All numbers are in the machine's byte order;
// nothing is aligned. The format never leaves the process and is never stored.
package wire
