package processprofile_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/processprofile"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

const (
	chaosWorkers = 4
	chaosCallers = 16
	// recovery is how long the pool may be short after the last kill.
	recovery = 2 * time.Second
)

// TestKills kills workers at random moments under load. Every call ends in a result or a
// typed error, none that may be run again is lost, no other is run twice, and what the
// dead have used is given back.
func TestKills(t *testing.T) {
	rt := open(t, processprofile.Config{MaxRestarts: -1}, snakepit.PoolConfig{Workers: chaosWorkers, QueueTimeout: -1})
	killOne(t, rt) // what is made once is made
	full(t, rt)
	before := footprint(t)
	s := &storm{rt: rt, file: filepath.Join(t.TempDir(), "runs")}
	stop := s.begin()
	kills := times(16, 4, 200)
	for range kills {
		s.progress(t, 1+rand.Int64N(3*chaosCallers))
		killOne(t, rt)
	}
	last := time.Now()
	full(t, rt)
	took := time.Since(last)
	stop()
	require.LessOrEqual(t, took, recovery, "the pool is short for long")
	s.check(t)
	t.Logf("%d kills, %d calls, %d lost; full %v after the last kill", kills, s.ended.Load(), len(s.lost), took)
	before.restored(t)
}

// killOne kills one of the workers that there are, and sees it dead.
func killOne(t testing.TB, rt *snakepit.Runtime) {
	t.Helper()
	var victim int
	harness.Eventually(t, "there is a worker", func() bool {
		all := pids(rt)
		if len(all) == 0 {
			return false
		}
		victim = all[rand.IntN(len(all))]
		return find(victim).alive()
	})
	was := find(victim)
	kill(t, victim, syscall.SIGKILL)
	harness.Eventually(t, "the worker is dead", func() bool { return !was.alive() })
}

// full waits until all workers live and answer.
func full(t testing.TB, rt *snakepit.Runtime) {
	t.Helper()
	harness.Eventually(t, "the pool is at full size", func() bool {
		all := pids(rt)
		for _, p := range all {
			if !find(p).alive() {
				return false
			}
		}
		return len(all) == chaosWorkers && stats(rt).Calls.Down == 0
	})
}

// storm is callers that go on until they are stopped, half of whose calls may be run
// again, and what became of their calls.
type storm struct {
	rt    *snakepit.Runtime
	file  string
	last  atomic.Int64
	ended atomic.Int64

	mu      sync.Mutex
	results map[int64]bool // by the number of the call: whether it is idempotent
	lost    map[int64]bool // whether the call may have begun
	wrong   []error
}

func (s *storm) begin() (stop func()) {
	s.results, s.lost = map[int64]bool{}, map[int64]bool{}
	ctx, cancel := context.WithCancel(ctx0)
	var all sync.WaitGroup
	for range chaosCallers {
		all.Go(func() {
			for ctx.Err() == nil {
				s.one(s.last.Add(1))
				s.ended.Add(1)
			}
		})
	}
	return func() {
		cancel()
		all.Wait()
	}
}

func (s *storm) one(n int64) {
	pool, idempotent := s.rt.Pool(snakepit.DefaultPool), n%2 == 0
	if idempotent {
		pool = pool.With(snakepit.Idempotent())
	}
	ctx, cancel := context.WithTimeout(ctx0, time.Minute)
	defer cancel()
	v, err := pool.Call(ctx, "chaos:count", s.file, n)
	var crash *snakepit.WorkerCrashError
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case err == nil && v == n:
		s.results[n] = idempotent
	case errors.As(err, &crash) && !idempotent:
		s.lost[n] = crash.Started
	default:
		s.wrong = append(s.wrong, fmt.Errorf("call %d (idempotent: %v): got %v, %w", n, idempotent, v, err))
	}
}

// progress waits until so many more calls have ended.
func (s *storm) progress(t testing.TB, n int64) {
	t.Helper()
	goal := s.ended.Load() + n
	harness.Eventually(t, "calls end", func() bool { return s.ended.Load() >= goal })
}

// check compares what was said of the calls with what was done.
func (s *storm) check(t testing.TB) {
	t.Helper()
	require.Empty(t, s.wrong)
	runs := s.runs(t)
	for n, idempotent := range s.results {
		if got := runs[n]; got == 0 || got > 1 && !idempotent {
			t.Errorf("call %d (idempotent: %v) has a result, and was run %d times", n, idempotent, got)
		}
	}
	for n, started := range s.lost {
		if got := runs[n]; got > 1 || got == 1 && !started {
			t.Errorf("call %d was lost (it may have begun: %v), and was run %d times", n, started, got)
		}
	}
	require.EqualValues(t, s.ended.Load(), len(s.results)+len(s.lost), "a call is missing")
}

func (s *storm) runs(t testing.TB) map[int64]int {
	t.Helper()
	text, err := os.ReadFile(s.file)
	require.NoError(t, err)
	runs := map[int64]int{}
	for line := range strings.Lines(string(text)) {
		n, err := strconv.ParseInt(strings.TrimSpace(line), 10, 64)
		require.NoError(t, err)
		runs[n]++
	}
	return runs
}

// usage is what this process uses of what it must give back.
type usage struct {
	fds, goroutines int
	rss             int64
}

func footprint(t testing.TB) usage {
	t.Helper()
	debug.FreeOSMemory()
	fds, err := os.ReadDir("/proc/self/fd")
	require.NoError(t, err)
	text, err := os.ReadFile("/proc/self/statm")
	require.NoError(t, err)
	pages, err := strconv.ParseInt(strings.Fields(string(text))[1], 10, 64)
	require.NoError(t, err)
	return usage{len(fds), runtime.NumGoroutine(), pages * int64(os.Getpagesize())}
}

// mayGrow is what the memory of a Go program varies by.
const mayGrow = 24 << 20

// restored waits until no more is used than before.
func (u usage) restored(t testing.TB) {
	t.Helper()
	var now usage
	defer func() { t.Logf("before: %+v, now: %+v", u, now) }()
	harness.Eventually(t, "descriptors, goroutines and memory are given back", func() bool {
		now = footprint(t)
		return now.fds <= u.fds && now.goroutines <= u.goroutines && now.rss <= u.rss+mayGrow
	})
}
