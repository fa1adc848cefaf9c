package snakepit

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/gosnakepit/snakepit/policy"
)

// Health says whether a runtime can serve.
type Health struct {
	// Live is false when only a new runtime can help: this one is closed, or all workers
	// of a pool are gone for good. It stays true while workers are being restarted.
	Live bool `json:"live"`
	// Ready says that calls may be expected to succeed now, on every pool.
	Ready  bool                  `json:"ready"`
	Reason string                `json:"reason,omitempty"` // of the first that is wrong
	Pools  map[string]PoolHealth `json:"pools"`
}

// PoolHealth says whether a pool can serve.
type PoolHealth struct {
	OK      bool   `json:"ok"`
	Reason  string `json:"reason,omitempty"`
	Profile string `json:"profile"`

	Workers int `json:"workers"` // calls that it may run at once
	Up      int `json:"up"`      // of these, those that a call may get
	Down    int `json:"down"`    // those whose worker is being replaced, or rests
	Parked  int `json:"parked"`  // those that have no worker, for none is needed
	Tainted int `json:"tainted"` // of these, those that rest
	Gone    int `json:"gone"`    // those whose worker will not come back

	Breaker     policy.State `json:"breaker"`
	GIL         bool         `json:"gil"` // on, where Python was built without: calls do not run side by side
	GILCulprits []string     `json:"gil_culprits,omitempty"`

	Crashes   int           `json:"crashes"` // within the window of policy.Health
	LastCrash *policy.Crash `json:"last_crash,omitempty"`
	Devices   []string      `json:"devices,omitempty"` // named by crashes whose workers rest
}

// Health returns how the runtime is. It takes no lock that calls take, and may be asked
// as often as probes like.
func (rt *Runtime) Health() Health {
	h := Health{Live: true, Ready: true, Pools: map[string]PoolHealth{}}
	for _, p := range rt.pools {
		ph := p.health(time.Now())
		h.Pools[p.name] = ph
		if ph.Gone == ph.Workers {
			h.Live = false
		}
	}
	for _, name := range slices.Sorted(maps.Keys(h.Pools)) {
		if ph := h.Pools[name]; !ph.OK && h.Ready {
			h.Ready, h.Reason = false, fmt.Sprintf("pool %q: %s", name, ph.Reason)
		}
	}
	if rt.sessions.closed.Load() {
		h.Live, h.Ready, h.Reason = false, false, "the runtime is closed"
	}
	return h
}

func (w *workers) health(now time.Time) PoolHealth {
	calls, python, done := w.slots.Stats(), w.instance.Stats(), w.policyStats()
	h := PoolHealth{
		Profile: python.Profile, Workers: calls.Slots, Up: calls.Slots - calls.Down - python.Gone,
		Down: calls.Down - w.switches.parkedSlots(), Parked: w.switches.parkedSlots(),
		Tainted: done.Tainted, Gone: python.Gone, Breaker: done.State,
		GIL: python.FreeThreaded && python.GIL, GILCulprits: python.GILCulprits, Devices: done.Devices,
	}
	h.Up = max(h.Up, 0)
	var tooMany bool
	h.Crashes, tooMany, h.LastCrash = w.barrier.Recent(now)
	h.Reason = h.wrong(tooMany)
	h.OK = h.Reason == ""
	return h
}

// wrong says why a pool is not expected to serve, or nothing.
func (h *PoolHealth) wrong(tooMany bool) string {
	switch {
	case h.Gone == h.Workers:
		return "all workers are gone for good"
	case h.Gone > 0:
		return fmt.Sprintf("%d of %d workers are gone for good: calls that get one fail", h.Gone, h.Workers)
	case h.Up == 0:
		return fmt.Sprintf("no worker is up: %d down, of these %d resting after crashes", h.Down, h.Tainted)
	case h.Breaker == policy.Open:
		return "its circuit breaker is open"
	case tooMany:
		return fmt.Sprintf("its workers crashed %d times lately, the last one: %s", h.Crashes, h.LastCrash.How)
	}
	return ""
}

// readyPoll is how often Ready looks.
const readyPoll = 10 * time.Millisecond

// Ready waits until the runtime is ready (see [Health]), and says why not when ctx ends
// or waiting is of no use.
func (rt *Runtime) Ready(ctx context.Context) error {
	tick := time.NewTicker(readyPoll)
	defer tick.Stop()
	for {
		h := rt.Health()
		switch {
		case h.Ready:
			return nil
		case rt.sessions.closed.Load():
			return ErrClosed
		case !h.Live:
			return fmt.Errorf("%w: %s", ErrUnavailable, h.Reason)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("snakepit: not ready: %s: %w", h.Reason, ctx.Err())
		}
	}
}
