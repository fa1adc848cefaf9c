package processprofile

import (
	"context"
	"fmt"
	"time"

	"github.com/gosnakepit/snakepit/proto/snakepitv1"
)

// watch looks after a worker until it is stopped: does it answer, has it done enough?
type watch struct {
	worker *worker
	enough chan struct{} // closed: it is to be replaced, for this reason
	why    string
	cancel context.CancelFunc
	ended  chan struct{}
}

func (in *instance) watch(w *worker) *watch {
	ctx, cancel := context.WithCancel(in.life)
	o := &watch{worker: w, enough: make(chan struct{}), cancel: cancel, ended: make(chan struct{})}
	go o.run(ctx)
	return o
}

func (o *watch) stop() {
	o.cancel()
	<-o.ended
}

func (o *watch) run(ctx context.Context) {
	defer close(o.ended)
	tick := time.NewTicker(o.worker.config.Heartbeat)
	defer tick.Stop()
	for heard := time.Now(); ; {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		if o.worker.ping(ctx) == nil {
			heard = time.Now()
		} else if ctx.Err() == nil {
			o.silent(time.Since(heard))
		}
		if o.why = o.worker.enough(); o.why != "" {
			close(o.enough)
			return
		}
	}
}

// ping asks the child whether it lives. It takes and brings what loans have ended.
func (w *worker) ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, max(w.config.Heartbeat, time.Second))
	defer cancel()
	r, err := w.rpc.Ping(ctx, &snakepitv1.PingRequest{Ends: w.loans.ended()})
	if err == nil {
		w.loans.over(r.GetEnds())
		w.gil.Store(r)
	}
	return err
}

// silent decides about a child that has not answered for so long. C code may hold the GIL
// for as long as it likes, up to HangTimeout; one that was stopped by a signal does
// nothing any more.
func (o *watch) silent(since time.Duration) {
	w := o.worker
	state, err := w.process.State()
	if err != nil {
		return
	}
	switch {
	case state.Stopped() && since > w.config.FrozenTimeout:
		w.process.Kill(fmt.Sprintf("it was stopped by a signal, for more than FrozenTimeout, %v", w.config.FrozenTimeout))
	case w.config.HangTimeout > 0 && since > w.config.HangTimeout:
		w.process.Kill(fmt.Sprintf("it did not answer for more than HangTimeout, %v", w.config.HangTimeout))
	}
}

// enough says why a worker is to be replaced, or nothing.
func (w *worker) enough() string {
	c := &w.config
	switch {
	case c.MaxCalls > 0 && w.calls.begun.Load() >= c.MaxCalls:
		return fmt.Sprintf("it has run MaxCalls, %d", c.MaxCalls)
	case c.MaxAge > 0 && time.Since(w.born) >= c.MaxAge:
		return fmt.Sprintf("it is older than MaxAge, %v", c.MaxAge)
	case c.MaxMemory == 0:
		return ""
	}
	if state, err := w.process.State(); err == nil && state.RSS > c.MaxMemory {
		return fmt.Sprintf("its %d bytes of memory are more than MaxMemory, %d", state.RSS, c.MaxMemory)
	}
	return ""
}
