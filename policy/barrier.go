package policy

import (
	"maps"
	"regexp"
	"slices"
	"sync"
	"time"
)

// Crash is the end of a worker that nobody ended.
type Crash struct {
	At      time.Time `json:"at"`
	Worker  int       `json:"worker"`
	Class   string    `json:"class"`             // "signal", "exit", "memory", or "lost" where nobody knows
	How     string    `json:"how"`               // what ended it
	Devices []string  `json:"devices,omitempty"` // named in what it said last: "cuda:1", "mps"
}

// Barrier remembers the crashes of a pool's workers, and decides what follows from them.
// Safe for concurrent use.
type Barrier struct {
	taint  Taint
	health Health
	span   time.Duration // how long a crash is remembered

	mu      sync.Mutex
	recent  []Crash
	last    *Crash
	devices map[string]time.Time // until when they rest

	crashes, taints uint64
}

// NewBarrier returns one without crashes; p was checked.
func NewBarrier(p *Policy) *Barrier {
	return &Barrier{taint: p.Taint, health: p.Health, span: max(p.Taint.Within, p.Health.Within), devices: map[string]time.Time{}}
}

// Crashed notes a crash, and returns how long the worker is to rest.
func (b *Barrier) Crashed(c Crash) (rest time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.crashes++
	b.last = &c
	b.forget(c.At)
	b.recent = append(b.recent, c)
	if b.taint.Rest == 0 || b.count(c.At, b.taint.Within, c.Worker) < b.taint.Crashes {
		return 0
	}
	b.taints++
	for _, d := range c.Devices {
		b.devices[d] = c.At.Add(b.taint.Rest)
	}
	return b.taint.Rest
}

// forget drops what lies too far back. Called with mu held.
func (b *Barrier) forget(now time.Time) {
	b.recent = slices.DeleteFunc(b.recent, func(c Crash) bool { return now.Sub(c.At) >= b.span })
	maps.DeleteFunc(b.devices, func(_ string, until time.Time) bool { return !now.Before(until) })
}

const anyone = -1

// count counts recent crashes of a worker, or of anyone. Called with mu held.
func (b *Barrier) count(now time.Time, within time.Duration, worker int) (n int) {
	for _, c := range b.recent {
		if now.Sub(c.At) < within && (worker == anyone || c.Worker == worker) {
			n++
		}
	}
	return n
}

// Recent returns how many workers crashed within the window of [Health], whether that is
// more than it allows, and the last crash, nil if there was none.
func (b *Barrier) Recent(now time.Time) (crashes int, tooMany bool, last *Crash) {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := b.count(now, b.health.Within, anyone)
	return n, b.health.Crashes != 0 && n >= b.health.Crashes, b.last
}

// Count adds what the barrier counts.
func (b *Barrier) Count(s *Stats, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.forget(now)
	s.Crashes, s.Taints = b.crashes, b.taints
	s.Devices = slices.Sorted(maps.Keys(b.devices))
}

var device = regexp.MustCompile(`\b(cuda|hip|xpu|tpu|npu):\d+\b|\bmps(:\d+)?\b`)

// DevicesIn lists the devices that a text names, as torch and its kind write them.
func DevicesIn(text string) []string {
	found := device.FindAllString(text, -1)
	slices.Sort(found)
	return slices.Compact(found)
}
