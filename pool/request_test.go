package pool_test

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/pool"
)

var background = context.Background()

func TestBytes(t *testing.T) {
	p := mustNew(t, pool.Config{Slots: 4, MaxBytes: 100})
	ask := func(n int64) (int32, error) {
		return p.AcquireFor(background, pool.Request{Hint: -1, Bytes: n})
	}
	first, err := ask(1000)
	require.NoError(t, err, "who is alone may have any number")
	_, err = ask(1)
	require.ErrorIs(t, err, pool.ErrSaturated)
	require.ErrorContains(t, err, "too many bytes")
	free, err := ask(0)
	require.NoError(t, err, "what weighs nothing is not counted")
	p.Release(first, false)
	_, err = ask(60)
	require.NoError(t, err)
	_, err = ask(40)
	require.NoError(t, err)
	_, err = ask(1)
	require.ErrorIs(t, err, pool.ErrSaturated)
	st := p.Stats()
	require.EqualValues(t, 100, st.Bytes)
	require.EqualValues(t, 2, st.TooHeavy)
	p.Release(free, false)
	require.EqualValues(t, 100, p.Stats().Bytes)
}

// TestBytesOfWhoWaits count, and are given back with any error.
func TestBytesOfWhoWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, pool.Config{Slots: 1, MaxBytes: 100})
		holdAll(t, l.p)
		l.ask(pool.Request{Bytes: 70}, 0)
		l.ask(pool.Request{Bytes: 40}, 1)
		require.ErrorIs(t, (<-l.got).err, pool.ErrSaturated)
		require.EqualValues(t, 70, l.p.Stats().Bytes)
		_ = l.p.Close(closedContext())
		require.ErrorIs(t, (<-l.got).err, pool.ErrClosed)
		require.Zero(t, l.p.Stats().Bytes)
	})
}

func TestNoWait(t *testing.T) {
	p := mustNew(t, pool.Config{Slots: 2})
	slot, err := p.AcquireFor(background, pool.Request{Hint: 1, Only: true, NoWait: true})
	require.NoError(t, err)
	require.EqualValues(t, 1, slot)
	_, err = p.AcquireFor(background, pool.Request{Hint: 1, Only: true, NoWait: true})
	require.ErrorIs(t, err, pool.ErrBusy)
	require.NoError(t, p.Close(releasing(p, 1)))
	_, err = p.AcquireFor(background, pool.Request{Hint: 1, NoWait: true})
	require.ErrorIs(t, err, pool.ErrClosed)
}

func releasing(p *pool.Pool, slot int32) context.Context {
	p.Release(slot, false)
	return background
}

func TestARequestAllocatesNothing(t *testing.T) {
	p := mustNew(t, pool.Config{Slots: 2, MaxBytes: 1000})
	r := pool.Request{Hint: 1, Class: pool.High, Session: 7, Bytes: 10}
	require.Zero(t, testing.AllocsPerRun(100, func() {
		slot, err := p.AcquireFor(background, r)
		if err != nil {
			t.Fatal(err)
		}
		p.Release(slot, false)
	}))
}
