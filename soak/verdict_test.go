package soak_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
)

// TestLeaksAreSeen is about the soak itself: what grows beyond its bound is told.
func TestLeaksAreSeen(t *testing.T) {
	for _, b := range bounds {
		base := footprint{b.name: 100}
		require.Empty(t, footprint{b.name: 100 + b.more}.exceeded(base))
		if b.name != "memory" || !raceEnabled {
			require.Len(t, footprint{b.name: 101 + b.more}.exceeded(base), 1, b.name)
		}
	}
}

// TestErrorsAreSeen is about the soak itself: only what was provoked is excused.
func TestErrorsAreSeen(t *testing.T) {
	k := newKiller()
	k.killed[7] = true
	require.True(t, k.did(&snakepit.WorkerCrashError{Pid: 7, Signal: 9}))
	require.False(t, k.did(&snakepit.WorkerCrashError{Pid: 8, Signal: 9}), "somebody else's victim")
	require.False(t, k.did(&snakepit.WorkerCrashError{Pid: 7, Signal: 11}), "it crashed before")
	require.False(t, k.did(errProvoked))
	require.False(t, (*killer)(nil).did(&snakepit.WorkerCrashError{Signal: 9}))

	require.Error(t, raised("ValueError")(nil))
	require.Error(t, raised("ValueError")(&snakepit.PythonError{Type: "KeyError"}))
	require.NoError(t, raised("ValueError")(&snakepit.PythonError{Type: "ValueError"}))

	require.ErrorIs(t, leave(func(context.Context) error { return errProvoked }), errProvoked)
	require.NoError(t, leave(func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }))
	require.Error(t, leave(func(ctx context.Context) error { <-ctx.Done(); return errors.New("another") }))
}
