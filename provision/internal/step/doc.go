// Package step runs the steps of a set-up: it reports each one's beginning,
// progress and end, keeps the full output of its commands in a log file, and
// turns a failure into an [Error] that says what to do next.
package step
