package policy_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/policy"
)

func gate(t *testing.T, p policy.Policy) *policy.Gate {
	t.Helper()
	p, err := p.Check(4)
	require.NoError(t, err)
	return policy.NewGate(&p)
}

func TestNoGate(t *testing.T) {
	require.Nil(t, gate(t, policy.Policy{Retry: policy.Retry{Attempts: 2}}))
}

func TestBulkheads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := t.Context()
		g := gate(t, policy.Policy{Bulkhead: policy.Bulkhead{Limit: 2, PerTool: map[string]int{"heavy": 1}, MaxWait: time.Second}})
		heavy, err := g.Enter(ctx, "heavy")
		require.NoError(t, err)

		begin := time.Now()
		_, err = g.Enter(ctx, "heavy")
		require.ErrorIs(t, err, policy.ErrBulkheadFull)
		require.ErrorContains(t, err, `"heavy"`)
		require.Equal(t, time.Second, time.Since(begin))

		light, err := g.Enter(ctx, "light")
		require.NoError(t, err)
		_, err = g.Enter(ctx, "light")
		require.ErrorIs(t, err, policy.ErrBulkheadFull, "both places of the pool are taken")

		heavy.Leave()
		again, err := g.Enter(ctx, "heavy")
		require.NoError(t, err)
		time.AfterFunc(time.Second/2, light.Leave)
		third, err := g.Enter(ctx, "light")
		require.NoError(t, err, "a place came free while it waited")

		short, cancel := context.WithTimeout(ctx, time.Millisecond)
		defer cancel()
		_, err = g.Enter(short, "light")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		again.Leave()
		third.Leave()
	})
}

// A call that finds no place in the pool gives that of its tool back.
func TestAPlaceOfAToolIsNotLost(t *testing.T) {
	g := gate(t, policy.Policy{Bulkhead: policy.Bulkhead{Limit: 1, PerTool: map[string]int{"heavy": 1}}})
	other, err := g.Enter(t.Context(), "light")
	require.NoError(t, err)
	_, err = g.Enter(t.Context(), "heavy")
	require.ErrorIs(t, err, policy.ErrBulkheadFull)
	other.Leave()
	_, err = g.Enter(t.Context(), "heavy")
	require.NoError(t, err)
}

func TestRateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := t.Context()
		g := gate(t, policy.Policy{RateLimit: policy.RateLimit{Calls: 2, Per: time.Second}})
		for range 3 {
			for range 2 {
				_, err := g.Enter(ctx, "")
				require.NoError(t, err)
			}
			_, err := g.Enter(ctx, "")
			require.ErrorIs(t, err, policy.ErrRateLimited)
			time.Sleep(time.Second)
		}
	})
}

func TestRateLimitWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gate(t, policy.Policy{RateLimit: policy.RateLimit{Calls: 10, Per: time.Second, Smooth: true, MaxWait: time.Minute}})
		begin := time.Now()
		for range 11 {
			_, err := g.Enter(t.Context(), "")
			require.NoError(t, err)
		}
		require.Equal(t, time.Second, time.Since(begin))

		soon, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		_, err := g.Enter(soon, "")
		require.ErrorIs(t, err, policy.ErrRateLimited, "a wait beyond the deadline is not begun")
		require.Equal(t, time.Second, time.Since(begin))
	})
}
