package embed_test

import (
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/threadprofile"
)

var exits = harness.Part("exits", func() {
	rt := open()
	call(rt, "probe:say", "line\n", "unfin", "ished")
	_, err := rt.Call(ctx0, "probe:say_and_raise", ", raised")
	harness.Assert(err != nil, "no exception")
	call(rt, "probe:say_in_thread", ", of a thread")
	call(rt, "probe:warn", "to stderr")
	os.Exit(0)
})

// TestExitLosesNoOutput ends a program without Close, with its output in a pipe,
// after Python printed in a call, before an exception and on a thread of its own.
func TestExitLosesNoOutput(t *testing.T) {
	out := succeed(t, exits)
	require.Equal(t, "line\nunfinished, raised, of a thread", out.Stdout)
	require.Equal(t, "to stderr\n", out.Stderr)
}

const printers, lines = 8, 100

// longLine is made of pieces that are written one by one; a mixed line shows.
func longLine(n int) []any {
	var pieces []any
	for range 40 {
		pieces = append(pieces, strings.Repeat(fmt.Sprint(n), 10))
	}
	return append(pieces, "\n")
}

var printAtOnce = harness.Part("print at once", func() {
	rt := open()
	var all sync.WaitGroup
	for n := range printers {
		all.Go(func() {
			for range lines {
				call(rt, "probe:say", longLine(n)...)
			}
		})
	}
	all.Wait()
	os.Exit(0)
})

// TestLinesStayWhole prints from several goroutines at once, each line in pieces.
func TestLinesStayWhole(t *testing.T) {
	got := strings.Split(strings.TrimSuffix(succeed(t, printAtOnce).Stdout, "\n"), "\n")
	var want []string
	for n := range printers {
		want = append(want, slices.Repeat([]string{strings.Repeat(fmt.Sprint(n), 400)}, lines)...)
	}
	require.ElementsMatch(t, want, got)
}

var redirected = harness.Part("redirected", func() {
	out, log := &record{}, &record{}
	rt := openWith(threadprofile.Config{Stdout: out, Stderr: threadprofile.SlogWriter(log.logger(), slog.LevelError)})
	call(rt, "probe:say", "a\n", "b", "\nc\n", "unfinished")
	_, err := rt.Call(ctx0, "probe:say_and_raise", " raised")
	harness.Assert(err != nil, "no exception")
	call(rt, "probe:say_in_thread", " thread")
	harness.Assert(out.String() == "a\nb\nc\nunfinished raised thread", "stdout: %q", out)
	call(rt, "probe:warn", "one line\nanother")
	harness.Assert(log.count("level=ERROR") == 2, "log: %s", log)
	harness.Assert(log.count(`msg="one line"`) == 1 && log.count("msg=another") == 1, "log: %s", log)
	harness.Check(rt.Close())
})

// TestRedirection sends Python's output to a writer and to a logger, and nothing of
// it to the streams of the process.
func TestRedirection(t *testing.T) {
	out := succeed(t, redirected)
	require.Empty(t, out.Stdout+out.Stderr)
}
