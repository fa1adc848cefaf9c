package policy

import (
	"cmp"
	"time"
)

// fill replaces the zero values of what is set.
func (p *Policy) fill() {
	p.RateLimit.Per = cmp.Or(p.RateLimit.Per, time.Second)
	p.Retry.Base = cmp.Or(p.Retry.Base, min(50*time.Millisecond, cmp.Or(p.Retry.Max, time.Hour)))
	p.Retry.Max = cmp.Or(p.Retry.Max, max(5*time.Second, p.Retry.Base))
	p.Retry.Jitter = max(cmp.Or(p.Retry.Jitter, 0.2), 0)
	p.Breaker.Window = cmp.Or(p.Breaker.Window, 10*time.Second)
	p.Breaker.MinCalls = cmp.Or(p.Breaker.MinCalls, 20)
	p.Breaker.Open = cmp.Or(p.Breaker.Open, 5*time.Second)
	p.Breaker.Probes = cmp.Or(p.Breaker.Probes, 1)
	p.Taint.Crashes = cmp.Or(p.Taint.Crashes, 1)
	p.Taint.Within = cmp.Or(p.Taint.Within, time.Minute)
	p.Health.Within = cmp.Or(p.Health.Within, time.Minute)
	p.Memory.Every = cmp.Or(p.Memory.Every, 10*time.Second)
}
