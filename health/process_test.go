package health_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/health"
	"github.com/gosnakepit/snakepit/processprofile"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

func TestMain(m *testing.M) { harness.Main(m) }

// TestGivenUpIsUnhealthy ends workers more often than they may be restarted: a pool that has
// lost one is not ready, and when all are lost only a new runtime helps.
func TestGivenUpIsUnhealthy(t *testing.T) {
	python := harness.ProcessPython(t)
	for reason, workers := range map[string]int{
		`pool "default": all workers are gone for good`:                             1,
		`pool "default": 1 of 2 workers are gone for good: calls that get one fail`: 2,
	} {
		p := processprofile.New(processprofile.Config{Python: python.Executable, MaxRestarts: 1})
		rt, err := snakepit.Open(context.Background(), snakepit.Config{
			Pools: []snakepit.PoolConfig{{Profile: p, Workers: workers}}, Logger: slog.New(slog.DiscardHandler),
		})
		require.NoError(t, err)
		require.True(t, rt.Health().Ready)
		for range 2 {
			_, err = rt.Call(context.Background(), "os:_exit", 1)
			var lost *snakepit.WorkerCrashError
			require.ErrorAs(t, err, &lost)
		}
		harness.Eventually(t, "one is given up", func() bool { return rt.Health().Pools[snakepit.DefaultPool].Gone == 1 })
		h := rt.Health()
		require.Equal(t, reason, h.Reason)
		require.Equal(t, workers > 1, h.Live)
		require.Equal(t, 503, ask(health.Handler(rt), "GET", "/health/ready").Code)
		if !h.Live {
			require.ErrorIs(t, rt.Ready(context.Background()), snakepit.ErrUnavailable, "waiting is of no use")
		}
		require.NoError(t, rt.Close())
	}
}
