// Package soak puts everything to work at once and for long, on both profiles: calls,
// streams, sessions, tensors, tables and Go tools; callers who leave, Python that fails,
// and child processes that are replaced or killed. Nothing may grow meanwhile, and no error
// may come that nobody provoked.
//
// It has tests alone. They run for as long as SNAKEPIT_SOAK says; make soak runs both side
// by side for ten minutes, and CI for one:
//
//	SNAKEPIT_SOAK=30s go test -v ./soak
//
// The load comes in rounds. The first one warms up. After each the program rests: all calls
// have ended, both garbage collectors have run, and what is in use then is compared with
// what was in use after the first, within the bounds of bounds_test.go. With -v each round
// says what it has seen.
//
// What callers do is in the files named after it (calls, streams, sessions, memory, faults,
// canceled); a deed returns an error that nobody provoked, or what is wrong with a result.
package soak
