package profiletest

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/tool"
)

// cancellation is about calls whose context ends: what their code meets, what their caller
// gets, what becomes of the worker, and that no other call notices.
func (s *suite) cancellation(t *testing.T) {
	t.Run("Code", s.cancelledCode)
	t.Run("InC", s.cancelledInC)
	t.Run("Unmet", s.cancelledUnmet)
	t.Run("GoTool", s.cancelledGoTool)
	t.Run("Nested", s.cancelledNested)
	t.Run("Stream", s.cancelledStream)
	t.Run("StreamBetweenItems", s.cancelledBetweenItems)
	t.Run("Next", s.nextIsUntouched)
	t.Run("Queued", s.cancelledInTheQueue)
	t.Run("Affine", s.cancelledOnItsThread)
	t.Run("Stuck", s.stuck)
	t.Run("StuckStream", s.stuckStream)
	t.Run("StuckInGo", s.stuckInGo)
	t.Run("MaxStuck", s.maxStuck)
}

// cancelled is a runtime with the adapter of this chapter.
func (s *suite) cancelled(t *testing.T, c snakepit.PoolConfig, tools ...tool.Tool) *snakepit.Runtime {
	t.Helper()
	rt, err := s.tryOpen("cancelling:Adapter", c, tools...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, rt.Close()) })
	return rt
}

// diary is the file in which a call notes what becomes of it.
type diary string

func newDiary(t *testing.T) diary {
	t.Helper()
	return diary(filepath.Join(t.TempDir(), "diary"))
}

func (d diary) read() []string {
	text, _ := os.ReadFile(string(d))
	return strings.Fields(strings.ReplaceAll(string(text), " ", "_"))
}

// says waits until the call has noted this, and no more.
func (d diary) says(t *testing.T, want ...string) {
	t.Helper()
	defer func() {
		if t.Failed() {
			t.Logf("it said %q, want %q", d.read(), want)
		}
	}()
	harness.Eventually(t, "the call has said so", func() bool { return slices.Equal(d.read(), want) })
}

// cancelOnceBegun calls a tool, cancels it once it has begun, and returns how that ended
// and how long it took.
func (d diary) cancelOnceBegun(t *testing.T, rt *snakepit.Runtime, name string, args snakepit.Args) (*snakepit.CancelError, time.Duration) {
	t.Helper()
	return d.cancelOnce(t, rt, name, args, func() {
		harness.Eventually(t, "the call has begun", func() bool { return len(d.read()) > 0 })
	})
}

func (d diary) cancelOnce(t *testing.T, rt *snakepit.Runtime, name string, args snakepit.Args, begun func()) (*snakepit.CancelError, time.Duration) {
	t.Helper()
	ctx, cancel := context.WithCancel(ctx0)
	defer cancel()
	ended := make(chan error, 1)
	all := snakepit.Args{"file": string(d)}
	maps.Copy(all, args)
	go func() {
		_, err := rt.Execute(ctx, name, all)
		ended <- err
	}()
	begun()
	began := time.Now()
	cancel()
	err := <-ended
	took := time.Since(began)
	return d.checked(t, err), took
}

func (d diary) checked(t *testing.T, err error) *snakepit.CancelError {
	t.Helper()
	var c *snakepit.CancelError
	require.ErrorAs(t, err, &c)
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, snakepit.CancelRunning, c.Stage)
	require.False(t, snakepit.SafeToRetry(err))
	if c.Stack != "" {
		require.False(t, c.Running)
	}
	return c
}

func free(t *testing.T, rt *snakepit.Runtime) {
	t.Helper()
	harness.Eventually(t, "the worker is back", func() bool { return calls(rt).InUse == 0 })
}

func (s *suite) cancelledCode(t *testing.T) {
	rt := s.cancelled(t, snakepit.PoolConfig{Workers: 1})
	for _, c := range []struct {
		tool string
		want []string
	}{
		{"spin", []string{"begun", "cleaned_up"}},
		{"careful", []string{"begun"}},
		{"careless", []string{"begun", "Cancelled"}},
		{"tidy", []string{"begun", "cleaned_up"}},
		{"answers", []string{"begun", "the_caller_of_this_call_waits_for_it_no_more"}},
		{"whole", []string{"begun", "whole"}},
		{"nap", []string{"begun", "cancelled", "cleaned_up"}},
	} {
		t.Run(c.tool, func(t *testing.T) {
			d := newDiary(t)
			d.cancelOnceBegun(t, rt, c.tool, nil)
			free(t, rt)
			d.says(t, c.want...)
			s.untouched(t, rt)
			require.Zero(t, s.python(rt).StuckTotal)
		})
	}
}

// untouched checks that calls after one that was cancelled know nothing of it.
func (s *suite) untouched(t *testing.T, rt *snakepit.Runtime) {
	t.Helper()
	ctx, cancel := context.WithCancel(ctx0)
	defer cancel()
	for i := range int64(20) {
		v, err := rt.Execute([]context.Context{ctx, ctx0}[i%2], "inc", snakepit.Args{"x": i})
		require.NoErrorf(t, err, "%+v", err)
		require.Equal(t, i+1, v)
	}
}

// cancelledInC wants the caller back in no time, and the worker when C is done.
func (s *suite) cancelledInC(t *testing.T) {
	rt := s.cancelled(t, snakepit.PoolConfig{Workers: 1})
	fastest, running := time.Hour, false
	for range 3 {
		d := newDiary(t)
		c, took := d.cancelOnceBegun(t, rt, "sleep", snakepit.Args{"seconds": 0.2})
		fastest = min(fastest, took)
		running = running || c.Running
		free(t, rt)
		d.says(t, "begun")
		s.untouched(t, rt)
	}
	require.True(t, running)
	require.Less(t, fastest, 20*time.Millisecond)
}

// cancelledUnmet cancels what has no bytecode at all, so that the exception meets nobody.
func (s *suite) cancelledUnmet(t *testing.T) {
	rt := s.cancelled(t, snakepit.PoolConfig{Workers: 1})
	ended := 0
	for range 5 {
		ctx, cancel := context.WithTimeout(ctx0, 5*time.Millisecond)
		_, err := rt.Call(ctx, "time:sleep", 0.1)
		cancel()
		if err == nil { // a busy machine
			ended++
		} else {
			require.ErrorIs(t, err, context.DeadlineExceeded)
		}
		free(t, rt)
		s.untouched(t, rt)
	}
	require.Less(t, ended, 5)
}

// cancelledGoTool wants the context of a Go tool to end with that of its call.
func (s *suite) cancelledGoTool(t *testing.T) {
	begun, ended := make(chan struct{}), make(chan error, 1)
	wait := tool.New("wait", "", func(ctx context.Context, _ struct{}) (int, error) {
		close(begun)
		<-ctx.Done()
		ended <- ctx.Err()
		return 0, ctx.Err()
	})
	rt := s.cancelled(t, snakepit.PoolConfig{Workers: 1}, wait)
	d := newDiary(t)
	d.cancelOnce(t, rt, "ask", nil, func() { <-begun })
	require.ErrorIs(t, <-ended, context.Canceled)
	free(t, rt)
	s.untouched(t, rt)
}

// cancelledNested has a Go tool call Python, on the same worker, with the context it was
// given, with one of its own, and with one that does not end.
func (s *suite) cancelledNested(t *testing.T) {
	for _, how := range []string{"given", "derived"} {
		t.Run(how, func(t *testing.T) {
			inner := newDiary(t)
			var rt *snakepit.Runtime
			wait := tool.New("wait", "", func(ctx context.Context, _ struct{}) (int, error) {
				if how == "derived" {
					var cancel context.CancelFunc
					ctx, cancel = context.WithCancel(ctx)
					defer cancel()
				}
				_, err := rt.Execute(ctx, "spin", snakepit.Args{"file": string(inner)})
				return 0, err
			})
			rt = s.cancelled(t, snakepit.PoolConfig{Workers: 1}, wait)
			outer := newDiary(t)
			outer.cancelOnce(t, rt, "ask", nil, func() { inner.says(t, "begun") })
			free(t, rt)
			inner.says(t, "begun", "cleaned_up")
			s.untouched(t, rt)
		})
	}
	t.Run("endless", s.nestedIsNotTheCalls)
}

// nestedIsNotTheCalls has a Go tool whose call is cancelled call Python with a context that
// does not end: that is no part of what was cancelled.
func (s *suite) nestedIsNotTheCalls(t *testing.T) {
	var rt *snakepit.Runtime
	outer := newDiary(t)
	var failed error
	begun := make(chan struct{})
	wait := tool.New("wait", "", func(ctx context.Context, _ struct{}) (int, error) {
		close(begun)
		<-ctx.Done()
		for i := range 20 {
			_, err := rt.Execute(ctx0, "inc", snakepit.Args{"x": i})
			failed = errors.Join(failed, err)
		}
		return 0, ctx.Err()
	})
	rt = s.cancelled(t, snakepit.PoolConfig{Workers: 2}, wait)
	outer.cancelOnce(t, rt, "ask", nil, func() { <-begun })
	free(t, rt)
	require.NoErrorf(t, failed, "%+v", failed)
}

func (s *suite) cancelledStream(t *testing.T) {
	rt := s.cancelled(t, snakepit.PoolConfig{Workers: 1})
	d := newDiary(t)
	ctx, cancel := context.WithCancel(ctx0)
	defer cancel()
	var last error
	for _, err := range rt.Stream(ctx, "numbers", snakepit.Args{"file": string(d)}) {
		if last = err; err == nil {
			d.says(t, "begun") // the generator is ahead
			cancel()
		}
	}
	var c *snakepit.CancelError
	require.ErrorAs(t, last, &c)
	require.ErrorIs(t, last, context.Canceled)
	require.Equal(t, snakepit.CancelStreaming, c.Stage)
	free(t, rt)
	d.says(t, "begun", "cleaned_up")
	s.untouched(t, rt)
}

// cancelledBetweenItems cancels while the generator waits at a yield: it is closed, as
// ever.
func (s *suite) cancelledBetweenItems(t *testing.T) {
	none := 0
	rt := s.cancelled(t, snakepit.PoolConfig{Workers: 1, StreamBuffer: &none})
	d := newDiary(t)
	ctx, cancel := context.WithCancel(ctx0)
	defer cancel()
	var last error
	for _, err := range rt.Stream(ctx, "pauses", snakepit.Args{"file": string(d)}) {
		last = err
		cancel()
	}
	require.ErrorIs(t, last, context.Canceled)
	free(t, rt)
	harness.Eventually(t, "the generator has cleaned up", func() bool {
		said := d.read()
		return len(said) == 2 && said[1] == "cleaned_up"
	})
	s.untouched(t, rt)
}

// nextIsUntouched cancels calls at all moments, and calls again each time.
func (s *suite) nextIsUntouched(t *testing.T) {
	rt := s.cancelled(t, snakepit.PoolConfig{Workers: 1})
	d := newDiary(t)
	for i := range 60 {
		ctx, cancel := context.WithTimeout(ctx0, time.Duration(i*i)*3*time.Microsecond)
		_, err := rt.Execute(ctx, "spin", snakepit.Args{"file": string(d)})
		cancel()
		require.ErrorIs(t, err, context.DeadlineExceeded)
		v, err := rt.Execute(ctx0, "inc", snakepit.Args{"x": i})
		require.NoErrorf(t, err, "%+v", err)
		require.EqualValues(t, i+1, v)
	}
}

// cancelledInTheQueue wants calls that have not begun to say so.
func (s *suite) cancelledInTheQueue(t *testing.T) {
	rt := s.cancelled(t, snakepit.PoolConfig{Workers: 1})
	h := hold(t, rt, ctx0)
	ctx, cancel := context.WithTimeout(ctx0, 10*time.Millisecond)
	defer cancel()
	_, err := rt.Execute(ctx, "inc", snakepit.Args{"x": 1})
	h.finish(t)
	var c *snakepit.CancelError
	require.ErrorAs(t, err, &c)
	require.Equal(t, snakepit.CancelQueued, c.Stage)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.True(t, snakepit.SafeToRetry(err))
}

// cancelledOnItsThread cancels calls that run on a worker's own thread.
func (s *suite) cancelledOnItsThread(t *testing.T) {
	rt := s.affineRuntime(t, 1)
	first, err := rt.Execute(ctx0, "here", nil)
	require.NoError(t, err)
	for range 20 {
		d := newDiary(t)
		d.cancelOnceBegun(t, rt, "spin", nil)
		free(t, rt)
		d.says(t, "begun", "cleaned_up")
		requireExecute(t, rt, first, "here", nil)
	}
}
