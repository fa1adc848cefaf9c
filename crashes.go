package snakepit

import (
	"context"
	"time"

	"github.com/gosnakepit/snakepit/policy"
	"github.com/gosnakepit/snakepit/telemetry"
)

// protect puts a pool's policies in place. The policy was checked.
func (w *workers) protect(p *policy.Policy) {
	w.switches = newSwitches(w.slots)
	w.barrier = policy.NewBarrier(p)
	w.guard = newGuard(w, p)
}

// crashed is the profile.Spec.Crashed of the pool.
func (w *workers) crashed(slots []int32, e *WorkerCrashError) {
	c := policy.Crash{
		At: time.Now(), Worker: e.Worker, Class: kindOf(e), How: e.How,
		Devices: policy.DevicesIn(e.Stack + "\n" + e.Output),
	}
	rest := w.barrier.Crashed(c)
	w.tell(context.Background(), telemetry.Policy{Action: telemetry.PolicyCrash, Worker: e.Worker, Devices: c.Devices, Err: e})
	if rest == 0 {
		return
	}
	w.rt.config.Logger.Warn("snakepit: a worker that crashed rests", "pool", w.name, "worker", e.Worker, "for", rest, "how", e.How, "devices", c.Devices)
	w.switches.rest(slots, rest, func() {
		w.tell(context.Background(), telemetry.Policy{Action: telemetry.PolicyRested, Worker: e.Worker})
	})
	w.tell(context.Background(), telemetry.Policy{Action: telemetry.PolicyTaint, Worker: e.Worker, Wait: rest, Devices: c.Devices, Err: e})
}

// kindOf is the kind of a crash, from what the system says of the process's end.
func kindOf(e *WorkerCrashError) string {
	switch {
	case e.Memory:
		return "memory"
	case e.Signal != 0:
		return "signal"
	case e.Code != 0:
		return "exit"
	}
	return "lost"
}
