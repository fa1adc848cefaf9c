//go:build unix

package pool_test

import (
	"context"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

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
	}{{"empty", 0}, {"200ns", 160}, {"1us", 800}, {"5us", 4000}} {
		b.Run(length.name, func(b *testing.B) { benchContended(b, spin(length.loops)) })
	}
}

func benchContended(b *testing.B, work func()) {
	const callers, slots = 64, 2
	p := mustNew(b, pool.Config{Slots: slots})
	n := max(b.N/callers, 100)
	quiet := cpuPerCall(b, p, slots, n*callers/slots, work)

	held := holdAll(b, p)
	go func() {
		for p.Stats().Queued < callers {
			runtime.Gosched()
		}
		for _, slot := range held {
			p.Release(slot, false)
		}
	}()
	full := cpuPerCall(b, p, callers, n, work)
	b.ReportMetric(quiet, "cpu-ns/call-uncontended")
	b.ReportMetric(full, "cpu-ns/call")
	b.ReportMetric(full/quiet, "ratio")
	b.ReportMetric(float64(p.Stats().QueuedTotal)/float64(callers*n), "queued/call")
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
