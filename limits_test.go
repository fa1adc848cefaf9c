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

func TestRateLimitOfAPool(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := policy.Policy{RateLimit: policy.RateLimit{Calls: 1}, Retry: policy.Retry{Attempts: 3, Backoff: []time.Duration{0}}}
		g := openGuarded(t, 1, p, fails(errNotBegun, errNotBegun))
		require.NoError(t, g.call(t.Context()), "a call counts once, however often it is tried")
		err := g.call(t.Context())
		require.ErrorIs(t, err, snakepit.ErrRateLimited)
		require.True(t, snakepit.SafeToRetry(err))
		require.ErrorContains(t, err, `"m:f" on pool "default" has not begun`)
		require.EqualValues(t, 3, g.p.runs.Load(), "what is refused does not run, nor is it tried again")
		require.Equal(t, policy.Stats{Retries: 2, RateLimited: 1}, g.stats())
		require.EqualValues(t, 1, g.Stats().Pools[snakepit.DefaultPool].Errors.Refused)
		require.Equal(t, []telemetry.PolicyAction{telemetry.PolicyRetry, telemetry.PolicyRetry, telemetry.PolicyRefuse}, g.actions())
		time.Sleep(time.Second)
		require.NoError(t, g.call(t.Context()))
	})
}

func TestBulkheadOfAPool(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		hold := func(_ context.Context, n int, _ int32) error {
			if n == 1 {
				<-release
			}
			return nil
		}
		g := openGuarded(t, 3, policy.Policy{Bulkhead: policy.Bulkhead{Limit: 2, PerTool: map[string]int{"m:f": 1}}}, hold)
		first := make(chan error, 1)
		go func() { first <- g.call(t.Context()) }()
		synctest.Wait()
		err := g.call(t.Context())
		require.ErrorIs(t, err, snakepit.ErrBulkheadFull)
		require.True(t, snakepit.SafeToRetry(err))
		require.ErrorContains(t, err, `"m:f" on pool "default" has not begun`)
		require.NoError(t, errOf(g.Call(t.Context(), "m:g", 7)), "another one's place")
		require.EqualValues(t, 2, g.p.runs.Load())
		require.Equal(t, policy.Stats{BulkheadFull: 1}, g.stats())
		require.Equal(t, []telemetry.PolicyAction{telemetry.PolicyRefuse}, g.actions())
		close(release)
		require.NoError(t, <-first)
		require.NoError(t, g.call(t.Context()), "the place is free again")
	})
}

// A call that waits to be tried again keeps its place, and a full bulkhead refuses before
// an open breaker does.
func TestBulkheadIsAroundRetriesAndBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := openGuarded(t, 2, policy.Policy{
			Bulkhead: policy.Bulkhead{Limit: 1}, Breaker: policy.Breaker{Failures: 1},
			Retry: policy.Retry{Attempts: 2, Backoff: []time.Duration{time.Second}},
		}, fails(errNotBegun))
		first := make(chan error, 1)
		go func() { first <- g.call(t.Context()) }()
		synctest.Wait()
		require.Equal(t, policy.Open, g.stats().State)
		require.ErrorIs(t, g.call(t.Context()), snakepit.ErrBulkheadFull)
		require.ErrorIs(t, <-first, snakepit.ErrCircuitOpen, "each attempt asks the breaker")
		require.ErrorIs(t, g.call(t.Context()), snakepit.ErrCircuitOpen)
	})
}

func TestRateLimitIsAroundTheBulkhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		g := openGuarded(t, 2, policy.Policy{RateLimit: policy.RateLimit{Calls: 1}, Bulkhead: policy.Bulkhead{Limit: 1}},
			func(context.Context, int, int32) error { <-release; return nil })
		first := make(chan error, 1)
		go func() { first <- g.call(t.Context()) }()
		synctest.Wait()
		require.ErrorIs(t, g.call(t.Context()), snakepit.ErrRateLimited)
		close(release)
		require.NoError(t, <-first)
	})
}

// A call that waits for the rate limit or the bulkhead ends with its context.
func TestLimitsHonourTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, p := range map[string]policy.Policy{
			"rate limit": {RateLimit: policy.RateLimit{Calls: 1, Per: time.Hour, MaxWait: 2 * time.Hour}},
			"bulkhead":   {Bulkhead: policy.Bulkhead{Limit: 1, MaxWait: time.Hour}},
		} {
			release := make(chan struct{})
			g := openGuarded(t, 2, p, func(context.Context, int, int32) error { <-release; return nil })
			first := make(chan error, 1)
			go func() { first <- g.call(t.Context()) }()
			synctest.Wait()
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Second, cancel)
			begin := time.Now()
			err := g.call(ctx)
			require.ErrorIs(t, err, context.Canceled, name)
			require.True(t, snakepit.SafeToRetry(err), name)
			require.Equal(t, time.Second, time.Since(begin), name)
			close(release)
			require.NoError(t, <-first)
		}
	})
}

// Calls of a tool's on the pool that runs it are part of the call that was admitted.
func TestCallsWithinACallPass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g *guarded
		g = openGuarded(t, 1, policy.Policy{
			RateLimit: policy.RateLimit{Calls: 1}, Bulkhead: policy.Bulkhead{Limit: 1},
		}, func(ctx context.Context, n int, _ int32) error {
			if n > 1 {
				return nil
			}
			return errOf(g.Call(g.p.tool(ctx), "m:inner", 7))
		})
		require.NoError(t, g.call(t.Context()))
		require.EqualValues(t, 2, g.p.runs.Load())
	})
}

func TestAWrongPolicyIsAConfigError(t *testing.T) {
	_, err := snakepit.Open(t.Context(), snakepit.Config{Pools: []snakepit.PoolConfig{
		{Profile: &scripted{}, Policy: policy.Policy{Breaker: policy.Breaker{Rate: 2}}},
	}})
	var wrong *snakepit.ConfigError
	require.ErrorAs(t, err, &wrong)
	require.Equal(t, "Config.Pools[0].Policy.Breaker.Rate 2 is no share of calls, from 0 to 1", fmt.Sprint(wrong.Field, " ", wrong.Why))
}
