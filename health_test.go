package snakepit_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/policy"
)

func TestHealth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rest := policy.Policy{
			Taint: policy.Taint{Rest: time.Hour}, Health: policy.Health{Crashes: 2, Within: time.Minute}, Breaker: policy.Breaker{Failures: 1, Open: time.Minute},
		}
		crash := func(slots ...int32) func(g *guarded) {
			return func(g *guarded) {
				for _, s := range slots {
					g.p.spec.Crashed([]int32{s}, errBegun)
				}
			}
		}
		for name, c := range map[string]struct {
			then        func(g *guarded)
			live, ready bool
			reason      string
		}{
			"at first":               {func(*guarded) {}, true, true, ""},
			"one worker is down":     {func(g *guarded) { g.p.spec.Slots.Down(0) }, true, true, ""},
			"all workers are down":   {func(g *guarded) { g.p.spec.Slots.Down(0); g.p.spec.Slots.Down(1); g.p.spec.Slots.Down(2) }, true, false, `pool "default": no worker is up: 3 down, of these 0 resting after crashes`},
			"one crash":              {crash(0), true, true, ""},
			"as many as is too many": {crash(0, 0), true, false, `pool "default": its workers crashed 2 times lately, the last one: killed by signal 9 (killed)`},
			"that is long ago":       {func(g *guarded) { crash(0, 0)(g); time.Sleep(time.Minute) }, true, true, ""},
			"all rest":               {crash(0, 1, 2), true, false, `pool "default": no worker is up: 3 down, of these 3 resting after crashes`},
			"one is given up":        {func(g *guarded) { g.p.gone.Store(1) }, true, false, `pool "default": 1 of 3 workers are gone for good: calls that get one fail`},
			"all are given up":       {func(g *guarded) { g.p.gone.Store(3) }, false, false, `pool "default": all workers are gone for good`},
			"the breaker is open":    {func(g *guarded) { _ = g.call(context.Background()) }, true, false, `pool "default": its circuit breaker is open`},
			"it would let a call through": {func(g *guarded) {
				_ = g.call(context.Background())
				time.Sleep(time.Minute)
			}, true, true, ""},
			"the runtime is closed": {func(g *guarded) { _ = g.Close() }, false, false, "the runtime is closed"},
		} {
			g := openGuarded(t, 3, rest, fails(errBegun))
			c.then(g)
			h := g.Health()
			require.Equal(t, c.reason, h.Reason, name)
			require.Equal(t, c.live, h.Live, name)
			require.Equal(t, c.ready, h.Ready, name)
		}
	})
}

func TestReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := openGuarded(t, 1, policy.Policy{}, nil)
		require.NoError(t, g.Ready(t.Context()))
		g.p.spec.Slots.Down(0)
		time.AfterFunc(time.Second, func() { g.p.spec.Slots.Up(0) })
		begin := time.Now()
		require.NoError(t, g.Ready(t.Context()))
		require.InDelta(t, time.Second, time.Since(begin), float64(20*time.Millisecond))

		g.p.spec.Slots.Down(0)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := g.Ready(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorContains(t, err, "no worker is up")
		g.p.gone.Store(1)
		require.ErrorIs(t, g.Ready(t.Context()), snakepit.ErrUnavailable, "waiting is of no use")
		g.p.spec.Slots.Up(0)
		require.NoError(t, g.Close())
		require.ErrorIs(t, g.Ready(t.Context()), snakepit.ErrClosed)
	})
}
