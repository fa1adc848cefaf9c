package profiletest

import (
	"context"
	"iter"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

func (s *suite) streams(t *testing.T) {
	t.Run("All", s.streamAll)
	t.Run("Typed", s.streamTyped)
	t.Run("Errors", s.streamErrors)
	t.Run("Break", s.streamBreak)
	t.Run("Cancel", s.streamCancel)
	t.Run("Ahead", s.streamAhead)
	t.Run("Prompt", s.streamPrompt)
	t.Run("Slot", s.streamSlot)
	t.Run("Session", s.streamSession)
	t.Run("FromGo", s.streamFromGo)
	t.Run("Execute", s.streamExecute)
}

func collect(t *testing.T, stream iter.Seq2[any, error]) []any {
	t.Helper()
	var all []any
	for item, err := range stream {
		require.NoErrorf(t, err, "%+v", err)
		all = append(all, item)
	}
	return all
}

func counted(n int) []any {
	all := make([]any, n)
	for i := range all {
		all[i] = int64(i)
	}
	return all
}

func (s *suite) streamAll(t *testing.T) {
	rt := s.face(t, 1)
	for _, tool := range []string{"numbers", "numbers_later"} {
		for _, n := range []int{0, 1, 100} {
			require.ElementsMatch(t, counted(n), collect(t, rt.Stream(t.Context(), tool, snakepit.Args{"n": n})), "%s %d", tool, n)
		}
	}
	items := []any{"a", nil, []any{int64(1)}, map[string]any{"k": 1.5}}
	require.Equal(t, items, collect(t, rt.Stream(t.Context(), "iterator", snakepit.Args{"items": items})))
	require.Equal(t, []any{map[string]any{"a": int64(1)}}, collect(t, rt.Stream(t.Context(), "single", nil)))
}

func (s *suite) streamTyped(t *testing.T) {
	rt := s.face(t, 1)
	sum := 0
	for n, err := range snakepit.StreamOf[int](t.Context(), rt, "numbers", snakepit.Args{"n": 10}) {
		require.NoError(t, err)
		sum += n
	}
	require.Equal(t, 45, sum)
	log := t.TempDir() + "/log"
	for _, err := range snakepit.StreamOf[string](t.Context(), rt, "numbers", snakepit.Args{"n": 10, "path": log}) {
		conversion(t, err, "item")
	}
	require.Contains(t, read(t, log), "closed\n", "an item that does not fit ends the generator too")
	execute(t, rt, "ping", nil)
}

func (s *suite) streamErrors(t *testing.T) {
	rt := s.face(t, 1)
	var seen []any
	var last error
	for item, err := range rt.Stream(t.Context(), "numbers", snakepit.Args{"n": 10, "fail_at": 3}) {
		if last = err; err == nil {
			seen = append(seen, item)
		}
	}
	require.Equal(t, counted(3), seen)
	pythonError(t, last, "ValueError")
	for _, c := range []struct {
		tool string
		args snakepit.Args
		want error
	}{{"absent", nil, snakepit.ErrToolNotFound}, {"numbers", snakepit.Args{"n": "x"}, nil}} {
		for _, err := range rt.Stream(t.Context(), c.tool, c.args) {
			require.Error(t, err)
			if c.want != nil {
				require.ErrorIs(t, err, c.want)
			}
		}
	}
	execute(t, rt, "ping", nil)
}

// streamBreak ends a range early: the generator is closed before it ends.
func (s *suite) streamBreak(t *testing.T) {
	rt := s.face(t, 1)
	for _, tool := range []string{"numbers", "numbers_later", "never"} {
		log := t.TempDir() + "/log"
		args := snakepit.Args{"n": 1_000_000, "path": log}
		if tool == "never" {
			delete(args, "n")
		}
		for _, err := range rt.Stream(t.Context(), tool, args) {
			require.NoError(t, err)
			break
		}
		require.Contains(t, read(t, log), "closed\n", tool)
		execute(t, rt, "ping", nil)
	}
	log := t.TempDir() + "/log"
	require.PanicsWithValue(t, "mine", func() {
		for range rt.Stream(t.Context(), "numbers", snakepit.Args{"n": 5, "path": log}) {
			panic("mine")
		}
	})
	require.Contains(t, read(t, log), "closed\n")
}

// cancelled ranges over a tool's stream with a context that ends at the first item.
func cancelled(t *testing.T, rt *snakepit.Runtime, tool string, args snakepit.Args) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	for _, err := range rt.Stream(ctx, tool, args) {
		last = err
		cancel()
	}
	require.ErrorIs(t, last, context.Canceled, tool)
}

// streamCancel ends the context of a range: the generator is closed before the only worker
// does anything else. On an idle machine that is before the range ends, too; how long that
// waits for a generator that is busy is bounded.
func (s *suite) streamCancel(t *testing.T) {
	rt := s.face(t, 1)
	for tool, args := range map[string]snakepit.Args{"numbers": {"n": 1_000_000}, "numbers_later": {"n": 1_000_000}, "never": {}} {
		args["path"] = t.TempDir() + "/log"
		cancelled(t, rt, tool, args)
		execute(t, rt, "ping", nil)
		require.Contains(t, read(t, args["path"].(string)), "closed\n", tool)
	}
	for _, err := range rt.Stream(canceled(), "numbers", snakepit.Args{"n": 1}) {
		require.ErrorIs(t, err, context.Canceled)
		require.True(t, snakepit.SafeToRetry(err))
	}
}

// streamAhead looks how far Python runs ahead of a range that does not go on.
func (s *suite) streamAhead(t *testing.T) {
	for _, buffer := range []*int{nil, new(0), new(1), new(5)} {
		want := 16
		if buffer != nil {
			want = *buffer
		}
		rt := s.open(t, s.adapter, snakepit.PoolConfig{Workers: 1, StreamBuffer: buffer})
		log := t.TempDir() + "/log"
		made := func() int {
			b, _ := os.ReadFile(log)
			return strings.Count(string(b), "\n")
		}
		taken := 0
		for _, err := range rt.Stream(t.Context(), "numbers", snakepit.Args{"n": 1000, "path": log}) {
			require.NoError(t, err)
			if taken++; taken == 3 {
				ahead := (want + 1) / 2 // it may rest until half of the buffer is free
				harness.Eventually(t, "Python runs ahead", func() bool { return made() >= taken+ahead })
				require.Never(t, func() bool { return made() > taken+want }, 50*time.Millisecond, 10*time.Millisecond)
				break
			}
		}
	}
}

// streamPrompt wants an item as soon as it is there, though the next is not.
func (s *suite) streamPrompt(t *testing.T) {
	rt := s.face(t, 1)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for item, err := range rt.Stream(ctx, "never", snakepit.Args{"path": t.TempDir() + "/log"}) {
		require.NoError(t, err)
		require.Equal(t, int64(1), item)
		break
	}
}

// streamSlot has a stream wait in line, and hold its worker only while it runs.
func (s *suite) streamSlot(t *testing.T) {
	rt := s.face(t, 1)
	h := hold(t, rt, context.Background())
	got := make(chan []any)
	go func() { got <- collect(t, rt.Stream(t.Context(), "numbers", snakepit.Args{"n": 3})) }()
	harness.Eventually(t, "the stream waits in line", func() bool { return rt.Stats().Pools[snakepit.DefaultPool].Calls.Queued == 1 })
	h.finish(t)
	require.Equal(t, counted(3), <-got)
	for item, err := range rt.Stream(t.Context(), "numbers", snakepit.Args{"n": 3}) {
		require.NoError(t, err)
		if item == int64(2) { // its end may not have been seen yet
			harness.Eventually(t, "the slot is free again", func() bool { return rt.Stats().Pools[snakepit.DefaultPool].Calls.InUse == 0 })
		}
	}
}

func (s *suite) streamSession(t *testing.T) {
	rt := s.withTools(t, 1)
	session := rt.Session("s")
	require.Equal(t, counted(3), collect(t, session.Stream(t.Context(), "numbers", snakepit.Args{"n": 3})))
	require.Equal(t, []any{"0", "1"}, collect(t, session.Stream(t.Context(), "answer", snakepit.Args{"n": 2})), "Go tools work in generators")
	require.Equal(t, []any{"s", "s"}, collect(t, session.Stream(t.Context(), "asked", snakepit.Args{"times": 2})), "so does the session")
	for _, err := range session.Stream(t.Context(), "asked", snakepit.Args{"times": 0}) {
		require.ErrorIs(t, err, errSentinel, "a Go tool's error comes out of the range")
	}
	require.NoError(t, session.Close())
	for _, err := range session.Stream(t.Context(), "numbers", snakepit.Args{"n": 3}) {
		require.ErrorIs(t, err, snakepit.ErrSessionClosed)
	}
}

func (s *suite) streamExecute(t *testing.T) {
	rt := s.face(t, 1)
	_, err := rt.Execute(t.Context(), "numbers", snakepit.Args{"n": 3})
	require.ErrorIs(t, err, snakepit.ErrStreams)
	_, err = snakepit.Bind[int, any](rt, "numbers")
	require.ErrorIs(t, err, snakepit.ErrStreams)
}
