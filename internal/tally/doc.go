// Package tally counts calls and measures how long they take, at a price that the
// shortest calls can pay: who counts writes to lines of its own, and a clock is read for
// some of many short calls.
package tally
