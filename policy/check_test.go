package policy_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/policy"
)

func TestCheckNamesTheField(t *testing.T) {
	for field, p := range map[string]policy.Policy{
		"RateLimit.Calls":         {RateLimit: policy.RateLimit{Calls: -1}},
		"RateLimit":               {RateLimit: policy.RateLimit{MaxWait: time.Second}},
		"Bulkhead.Limit":          {Bulkhead: policy.Bulkhead{Limit: -1}},
		"Bulkhead.MaxWait":        {Bulkhead: policy.Bulkhead{MaxWait: time.Second}},
		`Bulkhead.PerTool["big"]`: {Bulkhead: policy.Bulkhead{Limit: 2, PerTool: map[string]int{"big": 3}}},
		`Bulkhead.PerTool["nil"]`: {Bulkhead: policy.Bulkhead{PerTool: map[string]int{"nil": 0}}},
		"Retry.Attempts":          {Retry: policy.Retry{Attempts: -1}},
		"Retry":                   {Retry: policy.Retry{Attempts: 1, Base: time.Second}},
		"Retry.Backoff":           {Retry: policy.Retry{Attempts: 3, Backoff: []time.Duration{1}, Max: 1}},
		"Retry.Backoff[1]":        {Retry: policy.Retry{Attempts: 3, Backoff: []time.Duration{1, -1}}},
		"Retry.Max":               {Retry: policy.Retry{Attempts: 3, Base: 2, Max: 1}},
		"Retry.Jitter":            {Retry: policy.Retry{Attempts: 3, Jitter: 1.5}},
		"Breaker.Rate":            {Breaker: policy.Breaker{Failures: 1, Rate: 0.5}},
		"Breaker.Window":          {Breaker: policy.Breaker{Failures: 1, Window: 1}},
		"Breaker.MinCalls":        {Breaker: policy.Breaker{Failures: 1, MinCalls: 1}},
		"Breaker":                 {Breaker: policy.Breaker{Probes: 1}},
		"Hedge.After":             {Hedge: policy.Hedge{After: -1}},
		"Taint":                   {Taint: policy.Taint{Crashes: 1}},
		"Health.Within":           {Health: policy.Health{Within: 1}},
		"Memory.Every":            {Memory: policy.Memory{Every: 1}},
		"Memory.Growth":           {Memory: policy.Memory{Growth: -1}},
	} {
		_, err := p.Check(2)
		var wrong *policy.FieldError
		require.ErrorAs(t, err, &wrong, field)
		require.Equal(t, field, wrong.Field)
	}
	for _, rate := range []float64{-0.1, 1.1, math.NaN()} {
		_, err := policy.Policy{Breaker: policy.Breaker{Rate: rate}}.Check(2)
		require.ErrorContains(t, err, "Breaker.Rate")
	}
	_, err := policy.Policy{Hedge: policy.Hedge{After: 1}}.Check(1)
	require.ErrorContains(t, err, "Hedge.After: a pool of one worker")
	_, err = policy.Policy{}.Check(1)
	require.NoError(t, err)
}

func TestPauses(t *testing.T) {
	pauses := func(r policy.Retry) (all []time.Duration) {
		r.Attempts = 10
		p, err := policy.Policy{Retry: r}.Check(1)
		require.NoError(t, err)
		for n := 1; n <= 4; n++ {
			all = append(all, p.Retry.Pause(n))
		}
		return all
	}
	require.Equal(t, []time.Duration{1, 5, 5, 5}, pauses(policy.Retry{Backoff: []time.Duration{1, 5}, Jitter: -1}))
	require.Equal(t, []time.Duration{10, 20, 40, 50}, pauses(policy.Retry{Base: 10, Max: 50, Jitter: -1}))
	require.Equal(t, []time.Duration{50, 50, 50, 50}, pauses(policy.Retry{Base: 50, Max: 50, Jitter: -1}))

	different := map[time.Duration]bool{}
	for range 1000 {
		d := pauses(policy.Retry{Base: time.Second, Jitter: 0.5})[0]
		require.GreaterOrEqual(t, d, time.Second/2)
		require.LessOrEqual(t, d, 3*time.Second/2)
		different[d] = true
	}
	require.Greater(t, len(different), 900)
}
