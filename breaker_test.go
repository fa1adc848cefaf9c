package snakepit_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/policy"
	"github.com/gosnakepit/snakepit/telemetry"
)

var twoOpen = policy.Policy{Retry: policy.Retry{Attempts: 1}, Breaker: policy.Breaker{Failures: 2, Open: time.Minute}}

func TestBreakerOpensAndCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := openGuarded(t, 1, twoOpen, fails(errBegun, errNotBegun))
		require.ErrorIs(t, g.call(t.Context()), errBegun)
		require.ErrorIs(t, g.call(t.Context()), errNotBegun)
		err := g.call(t.Context())
		require.ErrorIs(t, err, snakepit.ErrCircuitOpen)
		require.True(t, snakepit.SafeToRetry(err))
		require.NotErrorIs(t, err, errNotBegun, "that was another call's")
		var refused *snakepit.RefusedError
		require.ErrorAs(t, err, &refused)
		require.Equal(t, "default m:f 1m0s", fmt.Sprint(refused.Pool, " ", refused.Target, " ", refused.After))
		require.Equal(t, errNotBegun, refused.Last)
		require.ErrorContains(t, err, `"m:f" on pool "default" has not begun; call again in 1m0s; the last failure: snakepit: worker 0`)
		require.EqualValues(t, 2, g.p.runs.Load(), "what is refused does not run")
		require.Equal(t, policy.Stats{State: policy.Open, Opened: 1, Refused: 1}, g.stats())
		require.EqualValues(t, 1, g.Stats().Pools[snakepit.DefaultPool].Errors.Refused)

		time.Sleep(time.Minute)
		require.NoError(t, g.call(t.Context()))
		require.Equal(t, policy.Closed, g.stats().State)
		require.Equal(t, []telemetry.PolicyAction{
			telemetry.PolicyOpen, telemetry.PolicyRefuse, telemetry.PolicyHalfOpen, telemetry.PolicyClose,
		}, g.actions())
	})
}

// An exception is an answer, also one that follows a failure.
func TestWhatIsAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mine := twoOpen
		mine.Breaker.Failed = func(err error) bool { return err == error(errValue) }
		late := func(ctx context.Context, _ int, _ int32) error { return stuck(ctx) }
		for name, c := range map[string]struct {
			policy policy.Policy
			run    func(context.Context, int, int32) error
			opens  bool
		}{
			"exceptions":              {twoOpen, fails(errValue, errValue, errValue), false},
			"exceptions that count":   {mine, fails(errValue, errValue, errValue), true},
			"an exception in between": {twoOpen, fails(errBegun, errValue, errBegun), false},
			"a crash is":              {twoOpen, fails(errBegun, errBegun), true},
			"unavailable is":          {twoOpen, fails(snakepit.ErrUnavailable, snakepit.ErrUnavailable), true},
			"a deadline is":           {twoOpen, late, true},
		} {
			g := openGuarded(t, 1, c.policy, c.run)
			for range 3 {
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				_ = g.call(ctx)
				cancel()
			}
			require.Equal(t, c.opens, g.stats().State == policy.Open, name)
		}
	})
}

// A caller that leaves says nothing about the workers.
func TestACallerThatLeavesIsNoFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := openGuarded(t, 1, twoOpen, func(ctx context.Context, _ int, _ int32) error { return stuck(ctx) })
		for range 3 {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Second, cancel)
			require.ErrorIs(t, g.call(ctx), context.Canceled)
		}
		require.Equal(t, policy.Closed, g.stats().State)
	})
}

// What waits in vain is neither a failure nor a success.
func TestWhatEndsBeforePythonSaysNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		g := openGuarded(t, 1, twoOpen, func(_ context.Context, n int, _ int32) error {
			if n == 2 {
				<-release
			}
			return errBegun
		})
		require.Error(t, g.call(t.Context()))
		second := make(chan error, 1)
		go func() { second <- g.call(t.Context()) }()
		synctest.Wait()
		for range 3 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			require.ErrorIs(t, g.call(ctx), context.DeadlineExceeded)
			cancel()
		}
		require.Equal(t, policy.Closed, g.stats().State)
		close(release)
		require.Error(t, <-second)
		require.Equal(t, policy.Open, g.stats().State)
	})
}

// The probe's caller leaves, or its goroutine ends in a panic: the next call probes.
func TestAProbeWhoseCallerDies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deeds := map[int]func(context.Context) error{
			3: stuck,
			4: func(context.Context) error { panic("a bug of the profile's") },
		}
		g := openScripted(t, 3, twoOpen, func(ctx context.Context, n int, _ int32) error {
			if do := deeds[n]; do != nil {
				return do(ctx)
			}
			return fails(errBegun, errBegun)(ctx, n, 0)
		})
		for range 2 {
			require.Error(t, g.call(t.Context()))
		}
		defer func() { require.ErrorContains(t, g.Close(), "1 of 3", "whose call panicked") }()
		time.Sleep(time.Minute)
		ctx, cancel := context.WithCancel(t.Context())
		left := make(chan error, 1)
		go func() { left <- g.call(ctx) }()
		synctest.Wait()
		require.ErrorIs(t, g.call(t.Context()), snakepit.ErrCircuitOpen, "one probe at a time")
		cancel()
		require.ErrorIs(t, <-left, context.Canceled)

		require.Panics(t, func() { _ = g.call(t.Context()) })
		require.NoError(t, g.call(t.Context()))
		require.Equal(t, policy.Closed, g.stats().State)
	})
}

func TestAnOpenBreakerEndsRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := twoOpen
		p.Retry = policy.Retry{Attempts: 9, Backoff: []time.Duration{time.Second}, Jitter: -1}
		g := openGuarded(t, 1, p, fails(errBegun, errBegun, errBegun, errBegun))
		begin := time.Now()
		err := g.call(t.Context(), snakepit.Idempotent())
		require.ErrorIs(t, err, snakepit.ErrCircuitOpen)
		require.ErrorIs(t, err, errBegun)
		require.False(t, snakepit.SafeToRetry(err), "an attempt may have begun")
		require.EqualValues(t, 2, g.p.runs.Load())
		require.Equal(t, 2*time.Second, time.Since(begin))
	})
}

func TestGuardedCallsAllocateNothing(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector makes sync.Pool forget on purpose")
	}
	p := policy.Policy{
		Retry: policy.Retry{Attempts: 3}, Breaker: policy.Breaker{Failures: 2},
		Bulkhead: policy.Bulkhead{Limit: 2, PerTool: map[string]int{"m:f": 1}},
	}
	call, err := snakepit.Bind[int, int](openGuarded(t, 1, p, nil), "m:f")
	require.NoError(t, err)
	ctx := context.Background()
	require.Zero(t, testing.AllocsPerRun(1000, func() { _, _ = call(ctx, 1<<40) }))
}

// Who hears of a change may ask for the state, and make a call.
func TestAnObserverOfTheBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var rt *snakepit.Runtime
		var states []policy.State
		hear := func(ctx context.Context, e telemetry.Policy) {
			if e.Action == telemetry.PolicyOpen || e.Action == telemetry.PolicyClose {
				states = append(states, rt.Stats().Pools[snakepit.DefaultPool].Policy.State, rt.Health().Pools[snakepit.DefaultPool].Breaker)
				_, _ = rt.Call(ctx, "m:f", 7)
			}
		}
		p := &scripted{run: fails(errBegun, errBegun)}
		var err error
		rt, err = snakepit.Open(t.Context(), snakepit.Config{
			Pools: []snakepit.PoolConfig{{Profile: p, Workers: 1, Policy: twoOpen}}, Observer: telemetry.Observer{Policy: hear},
		})
		require.NoError(t, err)
		defer func() { require.NoError(t, rt.Close()) }()
		for range 2 {
			require.Error(t, errOf(rt.Call(t.Context(), "m:f", 7)))
		}
		time.Sleep(time.Minute)
		require.NoError(t, errOf(rt.Call(t.Context(), "m:f", 7)))
		require.Equal(t, []policy.State{policy.Open, policy.Open, policy.Closed, policy.Closed}, states)
		require.EqualValues(t, 4, p.runs.Load())
	})
}
