//go:build unix

package pool_test

import (
	"context"
	"math/rand/v2"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/pool"
)

// cpuTime is what the process has spent on all processors.
func cpuTime(tb testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// cpuPerCall runs call n times in each of some goroutines and says what one
// cost. Each goroutine gets an Acquire and Release pair with a hint of its own.
func cpuPerCall(tb testing.TB, p *pool.Pool, goroutines, n int, work func()) float64 {
	before := cpuTime(tb)
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(func() { callLoop(p, n, work) })
	}
	wg.Wait()
	return float64(cpuTime(tb)-before) / float64(goroutines*n)
}

func callLoop(p *pool.Pool, n int, work func()) {
	ctx, hint := context.Background(), int32(-1)
	for range n {
		slot, err := p.Acquire(ctx, hint)
		if err != nil {
			panic(err)
		}
		work()
		p.Release(slot, false)
		hint = slot
	}
}

func BenchmarkPairTryAcquire(b *testing.B) {
	p := mustNew(b, pool.Config{Slots: 4})
	b.ReportAllocs()
	hint := int32(-1)
	for b.Loop() {
		slot, ok := p.TryAcquire(hint)
		if !ok {
			b.Fatal("busy")
		}
		p.Release(slot, false)
		hint = slot
	}
}

func BenchmarkPairAcquire(b *testing.B) {
	p := mustNew(b, pool.Config{Slots: 4})
	b.ReportAllocs()
	ctx, hint := context.Background(), int32(-1)
	for b.Loop() {
		slot, err := p.Acquire(ctx, hint)
		if err != nil {
			b.Fatal(err)
		}
		p.Release(slot, false)
		hint = slot
	}
}

// BenchmarkPairParallel reports the CPU time of a pair with GOMAXPROCS
// goroutines, and its ratio to that with one. The two are measured in turns
// and the least of each is taken, because other processes disturb.
func BenchmarkPairParallel(b *testing.B) {
	procs := runtime.GOMAXPROCS(0)
	p := mustNew(b, pool.Config{Slots: procs})
	n := max(b.N, 1000)
	least := func(old, now float64) float64 {
		if old == 0 {
			return now
		}
		return min(old, now)
	}
	var one, all float64
	for range 10 {
		one = least(one, cpuPerCall(b, p, 1, n, func() {}))
		all = least(all, cpuPerCall(b, p, procs, n, func() {}))
	}
	b.ReportMetric(one, "cpu-ns/pair-1")
	b.ReportMetric(all, "cpu-ns/pair-all")
	b.ReportMetric(all/one, "ratio")
}

// BenchmarkContended has 64 callers share 2 slots for calls of some lengths,
// and compares CPU time per call with that of as many callers as slots. All
// callers stand in line before the first is served: left to chance, none may
// meet another until the scheduler interrupts one with a slot in its hand.
func BenchmarkContended(b *testing.B) {
	for _, length := range []struct {
		name  string
		loops int
	}{{"empty", 0}, {"200ns", loops200}, {"1us", 800}, {"5us", 4000}} {
		b.Run(length.name, func(b *testing.B) {
			c := contend(b, max(b.N/contenders, 100), spin(length.loops))
			b.ReportMetric(c.quiet, "cpu-ns/call-uncontended")
			b.ReportMetric(c.full, "cpu-ns/call")
			b.ReportMetric(c.full/c.quiet, "ratio")
			b.ReportMetric(c.queued, "queued/call")
		})
	}
}

const (
	contenders = 64
	loops200   = 160
)

type contended struct {
	quiet, full float64 // CPU time per call in ns, without and with contention
	queued      float64 // times that one had to wait, per call
}

func contend(tb testing.TB, n int, work func()) (c contended) {
	const slots = 2
	p := mustNew(tb, pool.Config{Slots: slots})
	c.quiet = cpuPerCall(tb, p, slots, n*contenders/slots, work)

	held := holdAll(tb, p)
	go func() {
		for p.Stats().Queued < contenders {
			runtime.Gosched()
		}
		for _, slot := range held {
			p.Release(slot, false)
		}
	}()
	c.full = cpuPerCall(tb, p, contenders, n, work)
	c.queued = float64(p.Stats().QueuedTotal) / float64(contenders*n)
	return c
}

// TestNoConvoy holds the bar of BenchmarkContended at 200 ns. The least of some ratios
// counts, because other processes disturb.
func TestNoConvoy(t *testing.T) {
	if testing.Short() || raceEnabled {
		t.Skip("measures")
	}
	least := contended{quiet: 1, full: 1000, queued: 1}
	for range 5 {
		if c := contend(t, 2000, spin(loops200)); c.full/c.quiet < least.full/least.quiet {
			least = c
		}
	}
	t.Logf("%+v, ratio %.2f", least, least.full/least.quiet)
	require.Less(t, least.full/least.quiet, 1.5)
	require.Less(t, least.queued, 0.2)
}

// BenchmarkRefuse is what a caller costs that is refused, by a queue that is full.
func BenchmarkRefuse(b *testing.B) {
	p := mustNew(b, pool.Config{Slots: 1, QueueLimit: -1})
	holdAll(b, p)
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Acquire(ctx, 0); err == nil {
			b.Fatal("there was a slot")
		}
	}
}

// BenchmarkOverload offers ten times what the slots can do, in real time; an operation
// is a second of it.
func BenchmarkOverload(b *testing.B) {
	took := func() time.Duration { return 3*time.Millisecond + rand.N(4*time.Millisecond) }
	o := newOverload(10*meanCall.Seconds()/0.005, 200*time.Millisecond, took)
	p := mustNew(b, pool.Config{Slots: o.slots})
	before := cpuTime(b)
	o.run(p, time.Duration(b.N)*time.Second)
	b.ReportMetric(o.goodput(), "goodput")
	b.ReportMetric(float64(o.p99())/float64(o.deadline), "p99/deadline")
	b.ReportMetric(float64(cpuTime(b)-before)/float64(o.refused+o.expired+o.good+o.late), "cpu-ns/caller")
}

// spin is a call that computes for about 1.25 ns times loops.
func spin(loops int) func() {
	return func() {
		x := uint64(1)
		for range loops {
			x = x*6364136223846793005 + 1442695040888963407
		}
		runtime.KeepAlive(x)
	}
}
