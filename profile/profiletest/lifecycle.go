package profiletest

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/pool"
)

func (s *suite) lifecycle(t *testing.T) {
	t.Run("Config", s.config)
	t.Run("Stats", s.stats)
	t.Run("Close", s.closed)
	t.Run("CloseWaits", s.closeWaits)
	t.Run("CloseGivesUp", s.closeGivesUp)
	t.Run("CloseUnderLoad", s.closeUnderLoad)
	t.Run("OpenAgain", s.openAgain)
}

func calls(rt *snakepit.Runtime) pool.Stats { return rt.Stats().Pools[snakepit.DefaultPool].Calls }

func (s *suite) config(t *testing.T) {
	good := func() snakepit.PoolConfig { return snakepit.PoolConfig{Profile: s.maker("", s.folder)} }
	with := func(change func(*snakepit.Config)) snakepit.Config {
		c := snakepit.Config{Pools: []snakepit.PoolConfig{good(), good()}}
		c.Pools[1].Name = "second"
		change(&c)
		return c
	}
	for field, c := range map[string]snakepit.Config{
		"Config.Pools": {}, "Config.DrainTimeout": with(func(c *snakepit.Config) { c.DrainTimeout = -1 }),
		"Config.Pools[1].Name":    with(func(c *snakepit.Config) { c.Pools[1].Name = ""; c.Pools[0].Name = snakepit.DefaultPool }),
		"Config.Pools[1].Profile": with(func(c *snakepit.Config) { c.Pools[1].Profile = nil }),
		"Config.Pools[0].Workers": with(func(c *snakepit.Config) { c.Pools[0].Workers = -1 }),
	} {
		_, err := snakepit.Open(ctx0, c)
		var wrong *snakepit.ConfigError
		require.ErrorAs(t, err, &wrong, field)
		require.Equal(t, field, wrong.Field)
	}
}

func (s *suite) stats(t *testing.T) {
	rt := s.open(t, "", snakepit.PoolConfig{Workers: 2})
	require.NoError(t, callOne(ctx0, rt))
	before := calls(rt)
	require.NoError(t, callOne(ctx0, rt))
	_, err := rt.Call(ctx0, "failing:plain", "x")
	require.Error(t, err)
	after := calls(rt)
	require.Equal(t, 2, after.Slots)
	require.Equal(t, 0, after.InUse)
	require.Greater(t, after.Calls, before.Calls+1)
	require.Greater(t, after.Errors, before.Errors)
	h := hold(t, rt, ctx0)
	require.Equal(t, 1, calls(rt).InUse)
	h.finish(t)

	python := rt.Stats().Pools[snakepit.DefaultPool].Python
	require.Contains(t, []string{"thread", "process"}, python.Profile)
	require.Regexp(t, `^3\.\d+\.\d+`, python.Python)
	require.Equal(t, python.Executable, s.eval(t, "__import__('sys').executable"))
	if !python.FreeThreaded {
		require.True(t, python.GIL)
	}
}

func (s *suite) closed(t *testing.T) {
	rt := s.open(t, "tools_class:Adapter", snakepit.PoolConfig{Workers: 1})
	bound, err := snakepit.Bind[float64, float64](rt, "math:sqrt")
	require.NoError(t, err)
	requireExecute(t, rt, int64(1), "bump", nil)
	require.NoError(t, rt.Close())
	require.NoError(t, rt.Close())
	for _, err := range []error{
		callOne(ctx0, rt), errOf(bound(ctx0, 1)), errOf(rt.Execute(ctx0, "bump", nil)), errOf(rt.Eval(ctx0, "ns", "1")),
		rt.Exec(ctx0, "ns", "1"), errOf(rt.Call(ctx0, "os:getpid")), errOf(snakepit.Bind[int, int](rt, "operator:neg")),
	} {
		require.ErrorIs(t, err, snakepit.ErrClosed)
	}
	_ = rt.Stats() // does not panic
}

func (s *suite) closeWaits(t *testing.T) {
	rt := s.open(t, "", snakepit.PoolConfig{Workers: 1})
	h := hold(t, rt, ctx0)
	closed := make(chan error, 1)
	go func() { closed <- rt.Close() }()
	for callOne(canceledSoon(t), rt) == nil { // until Close has begun
	}
	select {
	case err := <-closed:
		require.Fail(t, "Close did not wait for a call", "%v", err)
	default:
	}
	h.finish(t)
	require.NoError(t, <-closed)
}

func canceledSoon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(ctx0, time.Millisecond)
	t.Cleanup(cancel)
	return ctx
}

// closeGivesUp checks that a call which does not end keeps Close no longer than
// configured, and that its worker's Python is left to it, or ended with its process.
func (s *suite) closeGivesUp(t *testing.T) {
	rt, err := snakepit.Open(ctx0, snakepit.Config{
		Pools:        []snakepit.PoolConfig{{Profile: s.maker("", s.folder), Workers: 1}},
		DrainTimeout: 10 * time.Millisecond,
	})
	require.NoError(t, err)
	h := hold(t, rt, ctx0)
	process := rt.Stats().Pools[snakepit.DefaultPool].Python.Profile == "process"
	err = rt.Close()
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorContains(t, err, "1 of 1")
	if process {
		var lost *snakepit.WorkerCrashError
		require.ErrorAs(t, <-h.ended, &lost)
		return
	}
	h.open(t)
	<-h.ended
}

func (s *suite) closeUnderLoad(t *testing.T) {
	rt := s.open(t, "", snakepit.PoolConfig{Workers: 2})
	var all sync.WaitGroup
	var served atomic.Int64
	for range 8 {
		all.Go(func() {
			err := callOne(ctx0, rt)
			for ; err == nil; err = callOne(ctx0, rt) {
				served.Add(1)
			}
			if !errors.Is(err, snakepit.ErrClosed) {
				t.Errorf("%+v", err)
			}
		})
	}
	for served.Load() < 100 {
		require.NoError(t, callOne(ctx0, rt))
	}
	require.NoError(t, rt.Close())
	all.Wait()
}

// openAgain checks that a second runtime sees nothing of the first one's names.
func (s *suite) openAgain(t *testing.T) {
	for range 3 {
		rt := s.open(t, "tools_class:Adapter", snakepit.PoolConfig{Workers: 1})
		v, err := rt.Eval(ctx0, "again", "'left' in globals()")
		require.NoError(t, err)
		require.Equal(t, false, v)
		require.NoError(t, rt.Exec(ctx0, "again", "left = 1"))
		requireExecute(t, rt, int64(1), "bump", nil) // the adapter is a new one
		require.NoError(t, rt.Close())
	}
}
