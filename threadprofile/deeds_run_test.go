package threadprofile_test

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/goerror"
	"github.com/gosnakepit/snakepit/interp"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

var sessionNumber atomic.Int64

// TestAdapterHammer does all deeds at once, from more goroutines than there are workers.
func TestAdapterHammer(t *testing.T) {
	before := runtime.NumGoroutine()
	rt := openDeeds(t, 4)
	end := time.Now().Add(hammerTime(t))
	var calls atomic.Int64
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for time.Now().Before(end) && !t.Failed() {
				d := deeds[rand.IntN(len(deeds))]
				if err := d.do(rt, rand.IntN(100_000)); err != nil {
					t.Errorf("%s: %+v", d.name, err)
				}
				calls.Add(1)
			}
		})
	}
	all.Wait()
	t.Logf("%d deeds", calls.Load())
	idle(t, rt)
	harness.Eventually(t, "nothing is left", func() bool {
		collect()
		must(rt.Call(ctx0, "work:collect"))
		return interp.LiveObjects() == 0 && goerror.Kept() == 0
	})
	require.NoError(t, rt.Close())
	harness.Eventually(t, "all goroutines have ended", func() bool { return runtime.NumGoroutine() <= before+5 })
}

// TestDeedsLeakNothing does each deed many times and looks at the memory.
func TestDeedsLeakNothing(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector's own memory grows")
	}
	rt := openDeeds(t, 2)
	for _, d := range deeds {
		t.Run(d.name, func(t *testing.T) {
			leakNothing(t, rt, leakCalls(t)/d.share/2, mib, func(i int) error { return d.do(rt, i) })
		})
	}
}
