package policy

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// FieldError says which setting is wrong, and how.
type FieldError struct {
	Field string // "Breaker.Rate"
	Why   string
}

func (e *FieldError) Error() string {
	return fmt.Sprintf("snakepit: policy.Policy.%s: %s", e.Field, e.Why)
}

// Check returns the policy with its zero values replaced where the part is set, or a
// *[FieldError]. workers is how many the pool has.
func (p Policy) Check(workers int) (Policy, error) {
	for _, check := range []func(*Policy, int) *FieldError{checkNumbers, checkTogether, checkAgainst} {
		if err := check(&p, workers); err != nil {
			return p, err
		}
	}
	p.fill()
	return p, nil
}

// checkNumbers finds what no policy can have.
func checkNumbers(p *Policy, _ int) *FieldError {
	for _, n := range p.numbers() {
		if n.value < 0 {
			return &FieldError{n.field, n.say() + " is negative"}
		}
	}
	for name, limit := range p.Bulkhead.PerTool {
		if limit < 1 {
			return &FieldError{fmt.Sprintf("Bulkhead.PerTool[%q]", name), fmt.Sprintf("%d lets no call through", limit)}
		}
	}
	for i, pause := range p.Retry.Backoff {
		if pause < 0 {
			return &FieldError{fmt.Sprintf("Retry.Backoff[%d]", i), fmt.Sprintf("%v is negative", pause)}
		}
	}
	if r := p.Breaker.Rate; !(r >= 0 && r <= 1) {
		return &FieldError{"Breaker.Rate", fmt.Sprintf("%v is no share of calls, from 0 to 1", r)}
	}
	if j := p.Retry.Jitter; !(j <= 1) {
		return &FieldError{"Retry.Jitter", fmt.Sprintf("%v is more than 1, and pauses may not be negative", j)}
	}
	return nil
}

type number struct {
	field string
	value int64
	time  bool
}

func (n number) say() string {
	if n.time {
		return time.Duration(n.value).String()
	}
	return fmt.Sprint(n.value)
}

func (p *Policy) numbers() []number {
	count := func(field string, n int) number { return number{field, int64(n), false} }
	span := func(field string, d time.Duration) number { return number{field, int64(d), true} }
	return []number{
		count("RateLimit.Calls", p.RateLimit.Calls), span("RateLimit.Per", p.RateLimit.Per), span("RateLimit.MaxWait", p.RateLimit.MaxWait),
		count("Bulkhead.Limit", p.Bulkhead.Limit), span("Bulkhead.MaxWait", p.Bulkhead.MaxWait),
		count("Retry.Attempts", p.Retry.Attempts), span("Retry.Base", p.Retry.Base), span("Retry.Max", p.Retry.Max),
		count("Breaker.Failures", p.Breaker.Failures), span("Breaker.Window", p.Breaker.Window),
		count("Breaker.MinCalls", p.Breaker.MinCalls), span("Breaker.Open", p.Breaker.Open), count("Breaker.Probes", p.Breaker.Probes),
		span("Hedge.After", p.Hedge.After),
		span("Taint.Rest", p.Taint.Rest), count("Taint.Crashes", p.Taint.Crashes), span("Taint.Within", p.Taint.Within),
		count("Health.Crashes", p.Health.Crashes), span("Health.Within", p.Health.Within),
		{"Memory.Growth", p.Memory.Growth, false},
		span("Memory.Every", p.Memory.Every),
	}
}

// needs says that a field means nothing without another one.
type needs struct {
	set   bool
	field string
	other bool
	name  string
}

// checkTogether finds settings that contradict each other, or that nobody would read.
func checkTogether(p *Policy, _ int) *FieldError {
	r, b, rate := p.Retry, p.Breaker, p.RateLimit
	exponential := r.Base != 0 || r.Max != 0
	switch {
	case len(r.Backoff) > 0 && exponential:
		return &FieldError{"Retry.Backoff", "excludes Base and Max: pauses are listed, or double"}
	case r.Base != 0 && r.Max != 0 && r.Max < r.Base:
		return &FieldError{"Retry.Max", fmt.Sprintf("%v is less than Base, %v", r.Max, r.Base)}
	case b.Failures != 0 && b.Rate != 0:
		return &FieldError{"Breaker.Rate", "excludes Failures: it counts those in a row, or their share"}
	}
	for _, n := range []needs{
		{rate.Per != 0 || rate.MaxWait != 0 || rate.Smooth, "RateLimit", rate.Calls != 0, "Calls"},
		{p.Bulkhead.MaxWait != 0, "Bulkhead.MaxWait", p.Bulkhead.set(), "Limit or PerTool"},
		{len(r.Backoff) > 0 || exponential || r.Jitter != 0 || r.On != nil, "Retry", r.Attempts > 1, "Attempts, 2 or more"},
		{b.Window != 0, "Breaker.Window", b.Rate != 0, "Rate"},
		{b.MinCalls != 0, "Breaker.MinCalls", b.Rate != 0, "Rate"},
		{b.Open != 0 || b.Probes != 0 || b.Failed != nil, "Breaker", b.set(), "Failures or Rate"},
		{p.Taint.Crashes != 0 || p.Taint.Within != 0, "Taint", p.Taint.Rest != 0, "Rest"},
		{p.Health.Within != 0, "Health.Within", p.Health.Crashes != 0, "Crashes"},
		{p.Memory.Every != 0, "Memory.Every", p.Memory.Growth != 0, "Growth"},
	} {
		if n.set && !n.other {
			return &FieldError{n.field, "means nothing without " + n.name}
		}
	}
	return nil
}

// checkAgainst compares limits with each other and with the pool.
func checkAgainst(p *Policy, workers int) *FieldError {
	for _, name := range slices.Sorted(maps.Keys(p.Bulkhead.PerTool)) {
		if limit := p.Bulkhead.PerTool[name]; p.Bulkhead.Limit != 0 && limit > p.Bulkhead.Limit {
			return &FieldError{fmt.Sprintf("Bulkhead.PerTool[%q]", name), fmt.Sprintf("%d is more than Limit, %d", limit, p.Bulkhead.Limit)}
		}
	}
	if p.Hedge.After != 0 && workers < 2 {
		return &FieldError{"Hedge.After", "a pool of one worker has no other one to ask"}
	}
	return nil
}
