package snakepit_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/policy"
	"github.com/gosnakepit/snakepit/telemetry"
)

func twice(pauses ...time.Duration) policy.Policy {
	return policy.Policy{Retry: policy.Retry{Attempts: 3, Backoff: pauses, Jitter: -1}}
}

func TestRetryOfWhatHasNotBegun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := openGuarded(t, 1, twice(time.Second, 2*time.Second), fails(errNotBegun, errNotBegun))
		begin := time.Now()
		require.NoError(t, g.call(t.Context()))
		require.Equal(t, 3*time.Second, time.Since(begin))
		require.EqualValues(t, 3, g.p.runs.Load())
		require.Equal(t, policy.Stats{Retries: 2}, g.stats())
		require.Equal(t, []telemetry.Policy{
			{Pool: "default", Action: telemetry.PolicyRetry, Target: "m:f", Attempt: 2, Wait: time.Second, Err: errNotBegun},
			{Pool: "default", Action: telemetry.PolicyRetry, Target: "m:f", Attempt: 3, Wait: 2 * time.Second, Err: errNotBegun},
		}, g.told)
	})
}

func TestRetryEnds(t *testing.T) {
	g := openGuarded(t, 1, twice(0), fails(errNotBegun, errNotBegun, errNotBegun, errNotBegun))
	require.ErrorIs(t, g.call(t.Context()), errNotBegun)
	require.EqualValues(t, 3, g.p.runs.Load(), "attempts are all there are, also of lost workers")
	require.Equal(t, policy.Stats{Retries: 2, Exhausted: 1}, g.stats())
}

// What may have begun is run again only if it is marked as idempotent, and exceptions
// only where the policy says so besides.
func TestNoSecondRun(t *testing.T) {
	on := twice(0)
	on.Retry.On = func(err error) bool { return err == error(errValue) }
	for name, c := range map[string]struct {
		policy  policy.Policy
		err     error
		options []snakepit.CallOption
		runs    int64
	}{
		"begun":                   {twice(0), errBegun, nil, 1},
		"begun, idempotent":       {twice(0), errBegun, []snakepit.CallOption{snakepit.Idempotent()}, 2},
		"exception":               {twice(0), errValue, nil, 1},
		"exception, idempotent":   {twice(0), errValue, []snakepit.CallOption{snakepit.Idempotent()}, 1},
		"On":                      {on, errValue, nil, 1},
		"On, idempotent":          {on, errValue, []snakepit.CallOption{snakepit.Idempotent()}, 2},
		"other policy":            {policy.Policy{Breaker: policy.Breaker{Failures: 9}}, errBegun, nil, 1},
		"other policy, idemp.":    {policy.Policy{Breaker: policy.Breaker{Failures: 9}}, errBegun, []snakepit.CallOption{snakepit.Idempotent()}, 2},
		"other policy, not begun": {policy.Policy{Breaker: policy.Breaker{Failures: 9}}, errNotBegun, nil, 2},
		"one attempt":             {policy.Policy{Retry: policy.Retry{Attempts: 1}}, errNotBegun, nil, 1},
	} {
		g := openGuarded(t, 1, c.policy, fails(c.err))
		err := g.call(t.Context(), c.options...)
		require.Equal(t, c.runs, g.p.runs.Load(), name)
		require.Equal(t, c.runs == 1, err != nil, name)
	}
}

func TestNoRetryOfWhatCanBeReadOnce(t *testing.T) {
	g := openGuarded(t, 1, twice(0), fails(errNotBegun))
	err := errOf(g.With(snakepit.Idempotent()).Call(t.Context(), "m:f", slices.Values([]int{1})))
	require.ErrorIs(t, err, errNotBegun)
	require.EqualValues(t, 1, g.p.runs.Load())
	require.Zero(t, g.stats().Retries)
}

func TestRetryOfAFullQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		g := &guarded{p: &scripted{run: func(context.Context, int, int32) error { <-release; return nil }}}
		var err error
		g.Runtime, err = snakepit.Open(t.Context(), snakepit.Config{Pools: []snakepit.PoolConfig{
			{Profile: g.p, Workers: 1, QueueLimit: -1, Policy: twice(time.Second)},
		}})
		require.NoError(t, err)
		defer func() { require.NoError(t, g.Close()) }()
		require.NoError(t, prime(g, release))
		first := make(chan error, 1)
		go func() { first <- g.call(t.Context()) }()
		synctest.Wait()
		time.AfterFunc(1500*time.Millisecond, func() { release <- struct{}{}; release <- struct{}{} })
		require.NoError(t, g.call(t.Context()), "its turn came with the third attempt")
		require.NoError(t, <-first)
		require.EqualValues(t, 2, g.stats().Retries)
	})
}

// prime makes a first call, which resolves the target.
func prime(g *guarded, release chan struct{}) error {
	go func() { release <- struct{}{} }()
	return g.call(context.Background())
}

func TestRetryHonoursTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := openGuarded(t, 1, twice(time.Second), fails(errNotBegun))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begin := time.Now()
		require.ErrorIs(t, g.call(ctx), errNotBegun)
		require.Zero(t, time.Since(begin), "a pause that ends with the deadline is not begun")
		require.Zero(t, g.stats().Retries)
	})
}

func TestRetryThatIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := openGuarded(t, 1, twice(time.Minute), fails(errBegun))
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		begin := time.Now()
		err := g.call(ctx, snakepit.Idempotent())
		require.Equal(t, time.Second, time.Since(begin))
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, err, errBegun)
		require.False(t, snakepit.SafeToRetry(err), "the first attempt may have begun")
		require.EqualValues(t, 1, g.p.runs.Load())
	})
}
