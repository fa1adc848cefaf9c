package snakepit_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/policy"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/telemetry"
)

var aMinutesRest = policy.Policy{Taint: policy.Taint{Rest: time.Minute}}

// places are the slots that calls get which run at once, as many as there are.
func (g *guarded) places(t *testing.T, n int) (found []int32) {
	t.Helper()
	var mu sync.Mutex
	release := make(chan struct{})
	g.p.run = func(_ context.Context, _ int, slot int32) error {
		mu.Lock()
		found = append(found, slot)
		mu.Unlock()
		<-release
		return nil
	}
	var all sync.WaitGroup
	for range n {
		all.Go(func() { _ = g.call(t.Context()) })
	}
	synctest.Wait()
	mu.Lock()
	slices.Sort(found)
	seen := slices.Clone(found)
	mu.Unlock()
	close(release)
	all.Wait()
	return seen
}

func onDevice(device string) *snakepit.WorkerCrashError {
	return &snakepit.WorkerCrashError{Pool: "default", How: "killed by signal 6 (aborted)", Signal: 6, Output: "device-side assert on " + device}
}

func TestAWorkerThatCrashedRests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := openGuarded(t, 2, aMinutesRest, nil)
		slots, crashed := g.p.spec.Slots, g.p.spec.Crashed
		lost := onDevice("cuda:1")
		slots.Down(0)
		crashed([]int32{0}, lost)
		slots.Up(0) // a new process is there
		require.Equal(t, []int32{1}, g.places(t, 2))
		require.Equal(t, policy.Stats{Crashes: 1, Taints: 1, Tainted: 1, Devices: []string{"cuda:1"}}, g.stats())
		h := g.Health().Pools[snakepit.DefaultPool]
		require.True(t, h.OK)
		require.Equal(t, []int{1, 1, 1}, []int{h.Up, h.Down, h.Tainted})
		require.Equal(t, "signal", h.LastCrash.Class)

		time.Sleep(time.Minute)
		require.Equal(t, []int32{0, 1}, g.places(t, 2))
		require.Equal(t, policy.Stats{Crashes: 1, Taints: 1}, g.stats())
		require.Equal(t, []telemetry.Policy{
			{Pool: "default", Action: telemetry.PolicyCrash, Devices: []string{"cuda:1"}, Err: lost},
			{Pool: "default", Action: telemetry.PolicyTaint, Devices: []string{"cuda:1"}, Wait: time.Minute, Err: lost},
			{Pool: "default", Action: telemetry.PolicyRested},
		}, g.told)
	})
}

// Who rests and has no process is up when both are over, and rests add up to the longest.
func TestRestsAndReplacements(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := openGuarded(t, 2, aMinutesRest, nil)
		slots, crashed := g.p.spec.Slots, g.p.spec.Crashed
		slots.Down(0)
		crashed([]int32{0}, errBegun)
		time.Sleep(time.Minute + 1)
		require.Equal(t, []int32{1}, g.places(t, 2), "no process yet")
		slots.Up(0)
		require.Equal(t, []int32{0, 1}, g.places(t, 2))

		crashed([]int32{0}, errBegun)
		time.Sleep(time.Minute / 2)
		crashed([]int32{0}, errBegun)
		time.Sleep(time.Minute/2 + 1)
		require.Equal(t, []int32{1}, g.places(t, 2), "the second rest is not over")
		time.Sleep(time.Minute / 2)
		require.Equal(t, []int32{0, 1}, g.places(t, 2))
	})
}

// With all workers at rest a call waits, as for workers that are busy.
func TestCallsWaitForARest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := openGuarded(t, 1, policy.Policy{Taint: policy.Taint{Rest: time.Second}}, nil)
		require.NoError(t, g.call(t.Context()))
		g.p.spec.Crashed([]int32{0}, errBegun)
		begin := time.Now()
		require.NoError(t, g.call(t.Context()))
		require.Equal(t, time.Second, time.Since(begin))
	})
}

func TestWithoutTaintNobodyRests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := openGuarded(t, 2, policy.Policy{}, nil)
		g.p.spec.Crashed([]int32{0}, onDevice("mps"))
		require.Equal(t, []int32{0, 1}, g.places(t, 2))
		require.Equal(t, policy.Stats{Crashes: 1}, g.stats())
	})
}

func TestClassesOfCrashes(t *testing.T) {
	for class, e := range map[string]*profile.WorkerCrashError{
		"memory": {Memory: true, Signal: 9}, "signal": {Signal: 11}, "exit": {Code: 3}, "lost": {},
	} {
		g := openGuarded(t, 1, policy.Policy{}, nil)
		g.p.spec.Crashed([]int32{0}, e)
		require.Equal(t, class, g.Health().Pools[snakepit.DefaultPool].LastCrash.Class)
	}
}
