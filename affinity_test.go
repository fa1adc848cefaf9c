package snakepit_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
)

// bound is a session whose worker is busy with somebody else's call.
type bound struct {
	p    *fake
	rt   *snakepit.Runtime
	s    *snakepit.Session
	home int32
	done chan error // of the other call
}

func bindSession(t *testing.T, affinity snakepit.Affinity) *bound {
	t.Helper()
	b := &bound{p: &fake{held: make(chan int32), release: make(chan struct{})}, done: make(chan error, 2)}
	c := b.p.config(2)
	c.Pools[0].Affinity = affinity
	rt, err := snakepit.Open(context.Background(), c)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, rt.Close()) })
	b.rt, b.s = rt, rt.Session("s")
	b.home = b.slot(t)
	return b
}

// slot is where a call of the session runs.
func (b *bound) slot(t *testing.T) int32 {
	t.Helper()
	v, err := b.s.Call(context.Background(), "m:slot")
	require.NoError(t, err)
	return int32(v.(int64))
}

func TestSessionsStayOnTheirWorker(t *testing.T) {
	for _, affinity := range []snakepit.Affinity{snakepit.AffinityHint, snakepit.AffinityStrictQueue, snakepit.AffinityStrictFailFast} {
		b := bindSession(t, affinity)
		for range 20 {
			_, err := b.rt.Call(context.Background(), "m:slot") // moves the hints of frames about
			require.NoError(t, err)
			require.Equal(t, b.home, b.slot(t))
		}
	}
}

// holdHome holds the session's worker by a call of the session itself.
func (b *bound) holdHome(t *testing.T) {
	t.Helper()
	go func() {
		_, err := b.s.Call(context.Background(), "m:hold")
		b.done <- err
	}()
	require.Equal(t, b.home, <-b.p.held)
}

func (b *bound) free(t *testing.T) {
	t.Helper()
	b.p.release <- struct{}{}
	require.NoError(t, <-b.done)
}

func TestHintTakesAnotherWorker(t *testing.T) {
	b := bindSession(t, snakepit.AffinityHint)
	b.holdHome(t)
	require.NotEqual(t, b.home, b.slot(t))
	b.free(t)
	require.Equal(t, b.home, b.slot(t), "it is bound where it was")
}

func TestStrictFailFastRefuses(t *testing.T) {
	b := bindSession(t, snakepit.AffinityStrictFailFast)
	b.holdHome(t)
	err := use(b.s)
	require.ErrorIs(t, err, snakepit.ErrWorkerBusy)
	require.True(t, snakepit.SafeToRetry(err))
	b.free(t)
	require.NoError(t, use(b.s))
}

func TestStrictQueueWaits(t *testing.T) {
	b := bindSession(t, snakepit.AffinityStrictQueue)
	b.holdHome(t)
	got := make(chan int64)
	go func() {
		v, err := b.s.Call(context.Background(), "m:slot")
		if err != nil {
			v = int64(-1)
		}
		got <- v.(int64)
	}()
	_, err := b.rt.Call(context.Background(), "m:slot") // the other worker serves others
	require.NoError(t, err)
	require.Empty(t, got)
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = b.s.Call(ended, "m:slot")
	require.ErrorIs(t, err, context.Canceled)
	b.free(t)
	require.EqualValues(t, b.home, <-got)
}

func TestLostWorkers(t *testing.T) {
	for affinity, want := range map[snakepit.Affinity]error{
		snakepit.AffinityHint:           nil,
		snakepit.AffinityStrictQueue:    snakepit.ErrSessionWorkerUnavailable,
		snakepit.AffinityStrictFailFast: snakepit.ErrSessionWorkerUnavailable,
	} {
		b := bindSession(t, affinity)
		b.p.lost.Add(1)
		for range 3 {
			require.ErrorIs(t, use(b.s), want)
		}
		require.NoError(t, b.s.Close())
		require.NoError(t, use(b.rt.Session("s")), "the binding went with the session")
	}
}
