package profiletest

import (
	"context"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/telemetry"
	"github.com/gosnakepit/snakepit/tool"
)

const shortGrace = 150 * time.Millisecond

// stuckEvents is what an observer hears of stuck calls.
type stuckEvents struct {
	sync.Mutex
	all []telemetry.Stuck
}

func (e *stuckEvents) hear(s telemetry.Stuck) {
	e.Lock()
	defer e.Unlock()
	e.all = append(e.all, s)
}

// requireTold wants the observer to have heard of a stuck call in all its states.
func (e *stuckEvents) requireTold(t *testing.T, want ...telemetry.Stuck) {
	t.Helper()
	e.Lock()
	defer e.Unlock()
	require.Len(t, e.all, len(want))
	for i, w := range want {
		got := e.all[i]
		require.Equal(t, w.Replaced, got.Replaced)
		require.Equal(t, w.Ended, got.Ended)
		require.Equal(t, snakepit.DefaultPool, got.Pool)
		require.Contains(t, got.Target, "stubborn")
		require.Contains(t, got.Stack, "in stubborn")
	}
}

// stuck wants code that does not end to be reported, and its worker to be replaced; if it
// ends after all, all is as before.
func (s *suite) stuck(t *testing.T) {
	var heard stuckEvents
	rt, err := snakepit.Open(ctx0, snakepit.Config{
		Pools:    []snakepit.PoolConfig{{Profile: s.maker("cancelling:Adapter", s.folder), Workers: 1, CancelGrace: shortGrace}},
		Observer: telemetry.Observer{Stuck: heard.hear}, Logger: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, rt.Close()) })
	before, err := rt.Execute(ctx0, "pid", nil)
	require.NoError(t, err)
	d := newDiary(t)
	c, _ := d.cancelOnceBegun(t, rt, "stubborn", nil)
	require.True(t, c.Running)
	s.replaced(t, rt)
	after, err := rt.Execute(ctx0, "pid", nil)
	require.NoError(t, err)
	killed := s.python(rt).Profile == "process"
	require.Equal(t, killed, before != after, "a process is killed, and nothing else")
	s.endsAfterAll(t, rt, d)
	if killed {
		heard.requireTold(t, telemetry.Stuck{Replaced: true})
		require.Zero(t, s.python(rt).StuckEnded)
		return
	}
	heard.requireTold(t, telemetry.Stuck{}, telemetry.Stuck{Replaced: true}, telemetry.Stuck{Replaced: true, Ended: true})
	require.EqualValues(t, 1, s.python(rt).StuckEnded)
}

func (s *suite) python(rt *snakepit.Runtime) profile.Stats {
	return rt.Stats().Pools[snakepit.DefaultPool].Python
}

// replaced waits until the only worker was replaced, and wants to know where it was.
func (s *suite) replaced(t *testing.T, rt *snakepit.Runtime) {
	t.Helper()
	harness.Eventually(t, "a stuck call", func() bool { return s.python(rt).StuckTotal == 1 })
	s.untouched(t, rt)
	last := s.python(rt).LastStuck
	require.Contains(t, last.Target, "stubborn")
	require.True(t, last.Replaced)
	require.Regexp(t, `cancelling\.py", line \d+, in stubborn\n`, last.Stack)
}

// endsAfterAll lets a stuck call end.
func (s *suite) endsAfterAll(t *testing.T, rt *snakepit.Runtime, d diary) {
	t.Helper()
	require.NoError(t, os.Remove(string(d)))
	harness.Eventually(t, "no call is stuck", func() bool { return len(s.python(rt).Stuck) == 0 })
	s.untouched(t, rt)
}

func (s *suite) stuckStream(t *testing.T) {
	rt := s.cancelled(t, snakepit.PoolConfig{Workers: 1, CancelGrace: shortGrace})
	d := newDiary(t)
	ctx, cancel := context.WithCancel(ctx0)
	defer cancel()
	var last error
	for _, err := range rt.Stream(ctx, "stubborn_numbers", snakepit.Args{"file": string(d)}) {
		if last = err; err == nil {
			d.says(t, "begun")
			cancel()
		}
	}
	require.ErrorIs(t, last, context.Canceled)
	s.replaced(t, rt)
	s.endsAfterAll(t, rt, d)
}

// stuckInGo has a Go tool not heed its context. What it calls in Python once its call's
// worker was replaced must not meet the calls that this serves by now.
func (s *suite) stuckInGo(t *testing.T) {
	begun, late := make(chan struct{}), make(chan struct{})
	var rt *snakepit.Runtime
	refused := make(chan error, 1)
	wait := tool.New("wait", "", func(ctx context.Context, _ struct{}) (int, error) {
		close(begun)
		<-late
		_, err := rt.Execute(context.WithoutCancel(ctx), "inc", snakepit.Args{"x": 1})
		refused <- err
		return 0, err
	})
	rt = s.cancelled(t, snakepit.PoolConfig{Workers: 1, CancelGrace: shortGrace}, wait)
	d := newDiary(t)
	d.cancelOnce(t, rt, "ask", nil, func() { <-begun })
	harness.Eventually(t, "a stuck call", func() bool { return s.python(rt).StuckTotal == 1 })
	s.untouched(t, rt)
	close(late)
	require.Error(t, <-refused)
	harness.Eventually(t, "no call is stuck", func() bool { return len(s.python(rt).Stuck) == 0 })
	s.untouched(t, rt)
}

// maxStuck has more calls be stuck than may be replaced: the others keep their workers,
// until a place is free, or they end.
func (s *suite) maxStuck(t *testing.T) {
	rt := s.cancelled(t, snakepit.PoolConfig{Workers: 2, CancelGrace: shortGrace, MaxStuck: 1})
	if s.python(rt).Profile == "process" {
		t.Skip("processes are killed, however many")
	}
	diaries := map[int]diary{}
	for i := range 2 {
		d := newDiary(t)
		d.cancelOnceBegun(t, rt, "stubborn", nil)
		harness.Eventually(t, "one more is stuck", func() bool { return len(s.python(rt).Stuck) == i+1 })
		diaries[i] = d
	}
	harness.Eventually(t, "the first is replaced", func() bool { return s.python(rt).Stuck[0].Replaced })
	require.False(t, s.python(rt).Stuck[1].Replaced)
	require.Equal(t, 1, calls(rt).InUse)
	s.untouched(t, rt)
	require.NoError(t, os.Remove(string(diaries[0])))
	harness.Eventually(t, "the second is replaced", func() bool {
		stuck := s.python(rt).Stuck
		return len(stuck) == 1 && stuck[0].Replaced
	})
	free(t, rt)
	s.endsAfterAll(t, rt, diaries[1])
	require.EqualValues(t, 2, s.python(rt).StuckEnded)
}
