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

var afterASecond = policy.Policy{Hedge: policy.Hedge{After: time.Second}, Breaker: policy.Breaker{Failures: 2}}

// run is what one run of a call does: it takes a while, or until its context ends, and
// then returns an error.
type run struct {
	takes time.Duration
	err   error
}

func script(runs ...run) func(context.Context, int, int32) error {
	return func(ctx context.Context, n int, _ int32) error {
		select {
		case <-time.After(runs[n-1].takes):
			return runs[n-1].err
		case <-ctx.Done():
			return stuck(ctx)
		}
	}
}

func TestHedge(t *testing.T) {
	told := func(actions ...telemetry.PolicyAction) []telemetry.PolicyAction { return actions }
	second, won := telemetry.PolicyHedge, telemetry.PolicyHedgeWon
	for name, c := range map[string]struct {
		runs  []run
		takes time.Duration
		err   error
		told  []telemetry.PolicyAction
		stats policy.Stats
	}{
		"a fast call is made once":       {[]run{{time.Second / 2, nil}}, time.Second / 2, nil, nil, policy.Stats{}},
		"so is one that fails fast":      {[]run{{0, errValue}}, 0, errValue, nil, policy.Stats{}},
		"the second answers first":       {[]run{{time.Hour, nil}, {time.Second, nil}}, 2 * time.Second, nil, told(second, won), policy.Stats{Hedges: 1, HedgesWon: 1}},
		"the first answers all the same": {[]run{{3 * time.Second, nil}, {time.Hour, nil}}, 3 * time.Second, nil, told(second), policy.Stats{Hedges: 1}},
		"an exception is an answer":      {[]run{{time.Hour, nil}, {time.Second, errValue}}, 2 * time.Second, errValue, told(second), policy.Stats{Hedges: 1}},
		"a crash is none":                {[]run{{5 * time.Second, nil}, {time.Second, errBegun}}, 5 * time.Second, nil, told(second), policy.Stats{Hedges: 1}},
		"two crashes are one failure":    {[]run{{2 * time.Second, errBegun}, {2 * time.Second, errNotBegun}}, 3 * time.Second, errBegun, told(second), policy.Stats{Hedges: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := afterASecond
				p.Retry.Attempts = 1
				g := openGuarded(t, 2, p, script(c.runs...))
				begin := time.Now()
				err := g.call(t.Context(), snakepit.Idempotent())
				require.Equal(t, c.err, err)
				require.Equal(t, c.takes, time.Since(begin))
				synctest.Wait()
				require.Equal(t, c.told, g.actions())
				require.Equal(t, c.stats, g.stats())
				require.EqualValues(t, len(c.runs), g.p.runs.Load())
				require.Zero(t, g.Stats().Pools[snakepit.DefaultPool].Calls.InUse, "the slower one is cancelled")
			})
		})
	}
}

// Nothing is made twice unless it may be, and can be.
func TestNoHedge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := func(context.Context, int, int32) error { time.Sleep(time.Minute); return nil }
		g := openGuarded(t, 2, afterASecond, slow)
		require.NoError(t, g.call(t.Context()), "not marked")
		require.EqualValues(t, 1, g.p.runs.Load())
		_, _ = g.With(snakepit.Idempotent()).Call(t.Context(), "m:f", slices.Values([]int{1})) // which can be read once
		require.EqualValues(t, 2, g.p.runs.Load())
		require.Zero(t, g.stats().Hedges)
	})
}

// A session that has one worker alone has no other one to ask.
func TestNoHedgeInAStrictSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for affinity, runs := range map[snakepit.Affinity]int64{snakepit.AffinityHint: 2, snakepit.AffinityStrictQueue: 1} {
			p := &scripted{run: func(context.Context, int, int32) error { time.Sleep(time.Minute); return nil }}
			rt, err := snakepit.Open(t.Context(), snakepit.Config{Pools: []snakepit.PoolConfig{
				{Profile: p, Workers: 2, Policy: afterASecond, Affinity: affinity},
			}})
			require.NoError(t, err)
			require.NoError(t, errOf(rt.Session("s").With(snakepit.Idempotent()).Call(t.Context(), "m:f", 7)))
			require.Equal(t, runs, p.runs.Load())
			require.EqualValues(t, runs-1, rt.Stats().Pools[snakepit.DefaultPool].Policy.Hedges)
			require.NoError(t, rt.Close())
		}
	})
}

func TestAHedgedCallThatIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := openGuarded(t, 2, afterASecond, script(run{time.Hour, nil}, run{time.Hour, nil}))
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		begin := time.Now()
		err := g.call(ctx, snakepit.Idempotent())
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.False(t, snakepit.SafeToRetry(err))
		require.Equal(t, 2*time.Second, time.Since(begin))
		synctest.Wait()
		require.Zero(t, g.Stats().Pools[snakepit.DefaultPool].Calls.InUse)
	})
}
