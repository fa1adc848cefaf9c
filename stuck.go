package snakepit

import (
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/telemetry"
)

// heardStuck passes on to the observer what becomes of stuck calls; nil if it does not want
// to know.
func heardStuck(o telemetry.Observer, pool string) func(profile.Stuck) {
	if o.Stuck == nil {
		return nil
	}
	return func(s profile.Stuck) {
		o.Stuck(telemetry.Stuck{
			Pool: pool, Worker: s.Slot, Target: s.Target, Since: s.Since, Stack: s.Stack,
			Replaced: s.Replaced, Ended: s.Ended,
		})
	}
}
