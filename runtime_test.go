package snakepit_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
)

func open(t *testing.T, p *fake, workers int) *snakepit.Runtime {
	t.Helper()
	rt, err := snakepit.Open(t.Context(), p.config(workers))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, rt.Close()) })
	return rt
}

func TestConfigIsChecked(t *testing.T) {
	p := &fake{}
	for field, c := range map[string]snakepit.Config{
		"Config.Pools":                     {},
		"Config.DrainTimeout":              {DrainTimeout: -1},
		"Config.Pools[0].Profile":          {Pools: []snakepit.PoolConfig{{}}},
		"Config.Pools[0].Workers":          {Pools: []snakepit.PoolConfig{{Profile: p, Workers: -1}}},
		"Config.Pools[0].MaxBytesInFlight": {Pools: []snakepit.PoolConfig{{Profile: p, MaxBytesInFlight: -1}}},
		"Config.Pools[1].Name":             {Pools: []snakepit.PoolConfig{{Profile: p}, {Profile: p, Name: snakepit.DefaultPool}}},
	} {
		_, err := snakepit.Open(t.Context(), c)
		var wrong *snakepit.ConfigError
		require.ErrorAs(t, err, &wrong)
		require.Equal(t, field, wrong.Field)
	}
}

func TestOpenThatFailsClosesWhatWasOpen(t *testing.T) {
	good, bad := &fake{}, &fake{openErr: snakepit.ErrUnavailable}
	_, err := snakepit.Open(t.Context(), snakepit.Config{Pools: []snakepit.PoolConfig{
		{Profile: good}, {Profile: bad, Name: "second"},
	}})
	require.ErrorIs(t, err, snakepit.ErrUnavailable)
	require.ErrorContains(t, err, `pool "second"`)
	require.True(t, good.closed.Load())
}

func TestTargetsAreResolvedOnce(t *testing.T) {
	p := &fake{}
	rt := open(t, p, 2)
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for range 100 {
				v, err := rt.Call(context.Background(), "m:f", "x")
				if err != nil || v != "x" {
					panic(err)
				}
			}
		})
	}
	all.Wait()
	_, err := rt.Call(t.Context(), "missing:target")
	require.ErrorIs(t, err, errMissing)
	require.NoError(t, rt.Close())
	require.Equal(t, p.prepared.Load(), p.released.Load(), "each prepared target is released")
	_, err = rt.Call(t.Context(), "m:f", 1)
	require.ErrorIs(t, err, snakepit.ErrClosed)
	require.True(t, snakepit.SafeToRetry(err))
}

func TestTargetsNeedAModule(t *testing.T) {
	_, err := open(t, &fake{}, 1).Call(t.Context(), "sqrt")
	require.ErrorContains(t, err, `"module:qualname"`)
}

func TestUnknownPool(t *testing.T) {
	pool := open(t, &fake{}, 1).Pool("gpu")
	_, err := pool.Call(t.Context(), "m:f")
	require.ErrorIs(t, err, snakepit.ErrPoolNotFound)
	_, err = snakepit.Bind[int, int](pool, "m:f")
	require.ErrorIs(t, err, snakepit.ErrPoolNotFound)
}

func TestCallThatIsLeftKeepsItsSlot(t *testing.T) {
	p := &fake{gate: make(chan struct{}), left: make(chan struct{})}
	rt := open(t, p, 1)
	call, err := snakepit.Bind[int, int](rt, "m:f")
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	_, err = call(ctx, 1)
	var left *snakepit.CancelError
	require.ErrorAs(t, err, &left)
	require.True(t, left.Running)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.False(t, snakepit.SafeToRetry(err))
	require.Equal(t, 1, rt.Stats().Pools[snakepit.DefaultPool].Calls.InUse)

	close(p.gate)
	waiting := make(chan error, 1)
	go func() { _, err := call(context.Background(), 2); waiting <- err }()
	close(p.left)
	require.NoError(t, <-waiting, "the slot comes back when Python ends")
}

func TestContextThatHasEndedNeverBegins(t *testing.T) {
	p := &fake{}
	rt := open(t, p, 1)
	call, err := snakepit.Bind[int, int](rt, "m:f")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = call(ctx, 1)
	require.ErrorIs(t, err, context.Canceled)
	require.True(t, snakepit.SafeToRetry(err))
}

func TestCloseWaitsAndSaysWhatItLeft(t *testing.T) {
	p := &fake{gate: make(chan struct{})}
	c := p.config(1)
	c.DrainTimeout = time.Millisecond
	rt, err := snakepit.Open(t.Context(), c)
	require.NoError(t, err)
	done := make(chan error, 1)
	go func() { _, err := rt.Call(context.Background(), "m:f", 1); done <- err }()
	require.Eventually(t, func() bool { return p.running.Load() == 1 }, time.Minute, time.Millisecond)
	require.ErrorContains(t, rt.Close(), "its Python is left as it is")
	require.False(t, p.closed.Load())
	close(p.gate)
	require.NoError(t, <-done)
}

func TestAs(t *testing.T) {
	type point struct{ X, Y int }
	p, err := snakepit.As[point](map[string]any{"x": int64(1), "y": int64(2)})
	require.NoError(t, err)
	require.Equal(t, point{1, 2}, p)
	_, err = snakepit.As[point](map[string]any{"x": "one", "y": int64(2)})
	var unfit *snakepit.ConversionError
	require.True(t, errors.As(err, &unfit), "%v", err)
}

func TestBindIntoUsesMemoryAgain(t *testing.T) {
	call, err := snakepit.BindInto[[]float64, []float64](open(t, &fake{}, 1), "m:f")
	require.NoError(t, err)
	out := make([]float64, 0, 8)
	first := &out[:1][0]
	require.NoError(t, call(t.Context(), []float64{1, 2, 3}, &out))
	require.Equal(t, []float64{1, 2, 3}, out)
	require.Same(t, first, &out[0])
}

func TestBindAllocatesNothing(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector makes sync.Pool forget on purpose")
	}
	call, err := snakepit.Bind[int, int](open(t, &fake{}, 1), "m:f")
	require.NoError(t, err)
	ctx := context.Background()
	require.Zero(t, testing.AllocsPerRun(1000, func() { _, _ = call(ctx, 1<<40) }))
}
