package profiletest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

// scaling checks that workers come when calls wait, and go when there are none.
func (s *suite) scaling(t *testing.T) {
	rt := s.open(t, "", snakepit.PoolConfig{Workers: 4, MinWorkers: 2, IdleTimeout: 50 * time.Millisecond})
	health := func() snakepit.PoolHealth { return rt.Health().Pools[snakepit.DefaultPool] }
	require.NoError(t, rt.Ready(ctx0))
	require.Equal(t, 2, health().Parked)
	for range 2 { // they come again after they went
		var all []*held
		for range 4 {
			all = append(all, hold(t, rt, ctx0))
		}
		require.Equal(t, 4, health().Up)
		require.Zero(t, health().Parked)
		for _, h := range all {
			h.finish(t)
		}
		harness.Eventually(t, "idle workers to go", func() bool { return health().Parked == 2 })
		require.Zero(t, health().Down)
		require.True(t, rt.Health().Ready)
	}
	t.Run("StrictSession", s.scalingSession)
}

// scalingSession checks that the worker of a session that may go nowhere else stays.
func (s *suite) scalingSession(t *testing.T) {
	rt := s.open(t, "", snakepit.PoolConfig{
		Workers: 4, MinWorkers: 2, IdleTimeout: 20 * time.Millisecond, Affinity: snakepit.AffinityStrictQueue,
	})
	parked := func() int { return rt.Health().Pools[snakepit.DefaultPool].Parked }
	first, second := hold(t, rt, ctx0), hold(t, rt, ctx0)
	session := rt.Session("stays")
	third := hold(t, session, ctx0)
	fourth := hold(t, rt, ctx0)
	for _, h := range []*held{first, second, third, fourth} {
		h.finish(t)
	}
	if poolStats(rt).Python.Profile == "thread" || len(poolStats(rt).Python.Pids) == 4 { // the fourth alone goes
		harness.Eventually(t, "an idle worker to go", func() bool { return parked() == 1 })
	}
	_, err := session.Call(t.Context(), "math:sqrt", 4.0)
	require.NoError(t, err)
	require.NoError(t, session.Close())
	harness.Eventually(t, "all idle workers to go", func() bool { return parked() == 2 })
}
