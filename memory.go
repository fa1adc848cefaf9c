package snakepit

import (
	"bytes"
	"context"
	"os"
	"strconv"
	"time"

	"github.com/gosnakepit/snakepit/policy"
	"github.com/gosnakepit/snakepit/telemetry"
)

// memoryWatch warns when the program's memory grows. It can neither say whose it is nor
// do anything about it: in one process nothing tells workers apart.
type memoryWatch struct {
	of     *workers
	growth int64
	told   int64 // the memory at the last warning, or at the start
	read   func() (int64, bool)
	ended  context.CancelFunc
}

// watchMemory starts a watch where Python runs in this process, and memory can be read.
func (w *workers) watchMemory(m policy.Memory) {
	if m.Growth == 0 || len(w.instance.Stats().Pids) > 0 {
		return
	}
	o := &memoryWatch{of: w, growth: m.Growth, read: resident}
	start, ok := o.read()
	if !ok {
		return
	}
	o.told = start
	var ctx context.Context
	ctx, o.ended = context.WithCancel(context.Background())
	w.memory = o
	go o.run(ctx, m.Every)
}

// stop ends the watch; it may be nil.
func (o *memoryWatch) stop() {
	if o != nil {
		o.ended()
	}
}

func (o *memoryWatch) run(ctx context.Context, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			o.look(ctx)
		case <-ctx.Done():
			return
		}
	}
}

// look warns of each step of growth.
func (o *memoryWatch) look(ctx context.Context) {
	now, ok := o.read()
	if !ok || now-o.told < o.growth {
		return
	}
	o.of.rt.config.Logger.Warn("snakepit: the program's memory has grown; workers in process cannot be replaced",
		"pool", o.of.name, "resident", now, "grown", now-o.told)
	o.told = now
	o.of.tell(ctx, telemetry.Policy{Action: telemetry.PolicyMemory, Bytes: now})
}

// resident is the program's resident memory in bytes; false where the system does not
// say it in this way.
func resident() (int64, bool) {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, false
	}
	fields := bytes.Fields(text)
	if len(fields) < 2 {
		return 0, false
	}
	pages, err := strconv.ParseInt(string(fields[1]), 10, 64)
	return pages * int64(os.Getpagesize()), err == nil
}
