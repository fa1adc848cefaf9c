package profiletest

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/health"
	"github.com/gosnakepit/snakepit/policy"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/telemetry"
)

// rest ends a worker's process: it gets no calls for a while, though a new one is there.
func (s *suite) rest(t *testing.T) {
	g := s.governed(t, 4, policy.Policy{Taint: policy.Taint{Rest: never}, Health: policy.Health{Crashes: 1}})
	if poolStats(g.Runtime).Python.Profile == "thread" {
		t.Skip("a worker in this process cannot end alone")
	}
	require.True(t, g.Health().Ready)
	_, err := g.Execute(ctx0, "leave", snakepit.Args{"words": "a device-side assert on cuda:1"})
	var lost *snakepit.WorkerCrashError
	require.ErrorAs(t, err, &lost)
	require.Equal(t, 3, lost.Code)
	harness.Eventually(t, "a new process is there", func() bool {
		s := poolStats(g.Runtime)
		return s.Python.Restarts == 1 && s.Policy.Taints == 1
	})
	got := g.policy()
	require.Equal(t, []string{"cuda:1"}, got.Devices)
	require.Positive(t, got.Tainted)
	require.Equal(t, policy.Stats{Crashes: 1, Taints: 1, Devices: got.Devices, Tainted: got.Tainted}, got)
	before := downCalls(t, g.Runtime)
	for range 20 {
		require.NoError(t, callOne(ctx0, g.Runtime))
	}
	require.Equal(t, before, downCalls(t, g.Runtime), "it rests")

	h := g.Health()
	require.True(t, h.Live)
	require.Equal(t, `pool "default": its workers crashed 1 times lately, the last one: exited with status 3`, h.Reason)
	require.Equal(t, "exit", h.Pools[snakepit.DefaultPool].LastCrash.Class)
	require.Equal(t, []telemetry.PolicyAction{telemetry.PolicyCrash, telemetry.PolicyTaint}, g.actions())
}

// downCalls are the calls that ended on slots which are down now, of which there are some.
func downCalls(t *testing.T, rt *snakepit.Runtime) (n uint64) {
	t.Helper()
	down := 0
	for _, w := range poolStats(rt).Workers {
		if w.Down {
			down++
			n += w.Calls
		}
	}
	require.Equal(t, poolStats(rt).Policy.Tainted, down)
	return n
}

// health checks what a runtime says of itself while all is well, and after Close.
func (s *suite) health(t *testing.T) {
	g := s.governed(t, 2, policy.Policy{})
	require.NoError(t, g.Ready(ctx0))
	h := g.Health()
	python := poolStats(g.Runtime).Python
	require.Equal(t, snakepit.Health{Live: true, Ready: true, Pools: map[string]snakepit.PoolHealth{snakepit.DefaultPool: {
		OK: true, Profile: python.Profile, Workers: 2, Up: 2, GIL: python.FreeThreaded && python.GIL, GILCulprits: python.GILCulprits,
	}}}, h)
	require.Equal(t, http.StatusOK, probed(g, "/health/ready"))
	require.NoError(t, g.Close())
	require.False(t, g.Health().Live)
	require.Equal(t, http.StatusServiceUnavailable, probed(g, "/health/ready"))
	require.Equal(t, http.StatusServiceUnavailable, probed(g, "/health/live"))
}

func probed(g *governed, path string) int {
	w := httptest.NewRecorder()
	health.Handler(g.Runtime).ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w.Code
}

// memoryGrows watches the memory of this process where Python runs in it.
func (s *suite) memoryGrows(t *testing.T) {
	g := s.governed(t, 1, policy.Policy{Memory: policy.Memory{Growth: 16 << 20, Every: 1}})
	if poolStats(g.Runtime).Python.Profile == "process" {
		t.Skip("children are replaced instead")
	}
	require.NoError(t, g.Exec(ctx0, namespace, "kept = []"))
	harness.Eventually(t, "the growth is told", func() bool { // of memory that nobody has used before
		require.NoError(t, g.Exec(ctx0, namespace, "kept.append(bytearray(b'x') * (8 << 20))"))
		return len(g.actions()) > 0
	})
	require.Equal(t, telemetry.PolicyMemory, g.actions()[0])
	require.NoError(t, g.Exec(ctx0, namespace, "del kept"))
}
