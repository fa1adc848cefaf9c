package profiletest

import (
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

// parallel is what was promised of workers and never held before: see the end of the
// first part of the specification.
func (s *suite) parallel(t *testing.T) {
	if runtime.NumCPU() < 2 {
		t.Skip("needs two cores: a probe cannot run beside a loop on one")
	}
	const n = 8
	rt := s.face(t, n)
	var all sync.WaitGroup
	start := time.Now()
	for range n {
		all.Go(func() {
			if _, err := rt.Execute(t.Context(), "sleep", snakepit.Args{"seconds": 0.5}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	require.Less(t, time.Since(start), 1500*time.Millisecond, "%d sleeps of 0.5 s on %d workers", n, n)
	harness.FreeThreaded(t) // a GIL is handed over every 5 ms at best
	busy := make(chan error, 1)
	go func() {
		_, err := rt.Execute(t.Context(), "spin", snakepit.Args{"seconds": 0.5})
		busy <- err
	}()
	harness.Eventually(t, "a loop runs", func() bool { return calls(rt).InUse == 1 })
	var took []time.Duration
	for len(took) < 50 && len(busy) == 0 {
		at := time.Now()
		require.Equal(t, "pong", execute(t, rt, "ping", nil))
		took = append(took, time.Since(at))
	}
	require.NotEmpty(t, took)
	slices.Sort(took)
	require.Less(t, took[len(took)/2], 10*time.Millisecond, "half of the probes") // others share the cores
	require.NoError(t, <-busy)
}
