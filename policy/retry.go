package policy

import (
	"math/rand/v2"
	"time"
)

// Pause is how long to wait before another attempt, after so many (1 or more).
func (r *Retry) Pause(attempts int) time.Duration {
	d := r.pause(attempts)
	return d + time.Duration(float64(d)*r.Jitter*(2*rand.Float64()-1))
}

func (r *Retry) pause(attempts int) time.Duration {
	if n := len(r.Backoff); n > 0 {
		return r.Backoff[min(attempts, n)-1]
	}
	d := r.Base
	for range attempts - 1 {
		if d >= r.Max/2 {
			return r.Max
		}
		d *= 2
	}
	return d
}
