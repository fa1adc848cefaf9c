package threadprofile_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/threadprofile"
)

// TestOutputSurvivesExit ends a program without Close, in the middle of a line.
func TestOutputSurvivesExit(t *testing.T) {
	harness.Python(t)
	out := harness.Child{Part: exitPart}.Run(t)
	require.Equal(t, 7, out.Code)
	require.Equal(t, "to stdout\nraw \xff\n\xff surrogate\nunfinishedfrom a thread\nheld in a thread\nlast", out.Stdout)
	require.Equal(t, "to stderr\n", out.Stderr)
}

var exitPart = harness.Part("exit", func() {
	rt := openChild(threadprofile.Config{})
	call(rt, "print_both")
	call(rt, "print_from_thread")
	run(rt, "print()")
	run(rt, "print('last', end='')")
	os.Exit(7)
})

// TestOutputSurvivesErrors prints without an end of line before raising.
func TestOutputSurvivesErrors(t *testing.T) {
	harness.Python(t)
	require.Equal(t, "before", harness.Child{Part: raisePart}.Succeed(t).Stdout)
}

var raisePart = harness.Part("raise", func() {
	rt := openChild(threadprofile.Config{})
	err := rt.Exec(ctx0, "child", "print('before', end=''); 1/0")
	harness.Assert(err != nil, "it did not raise")
	os.Exit(0)
})

// TestLinesAreWhole prints lines piece by piece from many goroutines.
func TestLinesAreWhole(t *testing.T) {
	harness.Python(t)
	for _, part := range []string{linesPart, writerPart} {
		text := harness.Child{Part: part}.Succeed(t).Stdout
		seen := map[string]int{}
		for line := range strings.Lines(text) {
			var name string
			var n int
			_, err := fmt.Sscanf(line, "%s line %d\n", &name, &n)
			require.NoError(t, err, "%q", line)
			require.Equal(t, seen[name], n, "out of order: %q", line)
			seen[name]++
		}
		require.Len(t, seen, 16)
		for name, n := range seen {
			require.Equal(t, 50, n, name)
		}
	}
}

func printLines(c threadprofile.Config) {
	rt := openChild(c)
	var all sync.WaitGroup
	for g := range 16 {
		all.Go(func() { call(rt, "print_lines", fmt.Sprintf("g%d", g), 50) })
	}
	all.Wait()
	harness.Check(rt.Close())
}

var (
	linesPart  = harness.Part("lines", func() { printLines(threadprofile.Config{}) })
	writerPart = harness.Part("lines to a writer", func() {
		var text wholeLines
		printLines(threadprofile.Config{Stdout: &text})
		fmt.Print(text.String())
	})
)

// wholeLines is a writer that is not safe for concurrent use, and wants whole lines.
type wholeLines struct{ bytes.Buffer }

func (w *wholeLines) Write(p []byte) (int, error) {
	harness.Assert(bytes.HasSuffix(p, []byte("\n")), "a write of %q", p)
	return w.Buffer.Write(p)
}

// TestWriters sends both streams to writers of Go's.
func TestWriters(t *testing.T) {
	harness.Python(t)
	out := harness.Child{Part: writersPart}.Succeed(t)
	require.Empty(t, out.Stdout)
	require.Empty(t, out.Stderr)
}

var writersPart = harness.Part("writers", func() {
	var stdout, stderr bytes.Buffer
	rt := openChild(threadprofile.Config{Stdout: &stdout, Stderr: &stderr})
	call(rt, "print_both")
	call(rt, "print_from_thread")
	wants(stdout.String(), "to stdout\nraw \xff\n\xff surrogate\nunfinishedfrom a thread\nheld in a thread")
	wants(stderr.String(), "to stderr\n")
	run(rt, "import warnings; warnings.warn('careful')")
	harness.Assert(strings.Contains(stderr.String(), "UserWarning: careful"), "stderr: %s", stderr.String())
	run(rt, "import traceback, sys\ntry: 1/0\nexcept Exception: traceback.print_exc()")
	harness.Assert(strings.Contains(stderr.String(), "ZeroDivisionError"), "stderr: %s", stderr.String())
	_, err := tryChild(threadprofile.Config{Stdout: io.Discard}, io.Discard)
	harness.Assert(err != nil && strings.Contains(err.Error(), "Stdout"), "another writer: %v", err)
	harness.Check(rt.Close())
})

// TestFailingWriter gives Python a stream that fails.
func TestFailingWriter(t *testing.T) {
	harness.Python(t)
	harness.Child{Part: failingPart}.Succeed(t)
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

var failingPart = harness.Part("failing writer", func() {
	rt := openChild(threadprofile.Config{Stdout: failing{}})
	err := rt.Exec(ctx0, "child", "print('x')")
	harness.Assert(errors.Is(err, io.ErrShortWrite), "print: %v", err)
	run(rt, "print('unfinished', end='')") // nobody is left to tell
	wants(call(rt, "square", 3), 9)
	harness.Check(rt.Close())
})

// TestSlogWriter makes records of lines.
func TestSlogWriter(t *testing.T) {
	harness.Python(t)
	out := harness.Child{Part: slogPart}.Succeed(t)
	require.Equal(t, "level=WARN msg=\"first line\"\nlevel=WARN msg=second\n", out.Stdout)
}

var slogPart = harness.Part("slog", func() {
	plain := &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}
	log := slog.New(slog.NewTextHandler(os.Stdout, plain))
	rt := openChild(threadprofile.Config{Stderr: threadprofile.SlogWriter(log, slog.LevelWarn)})
	run(rt, "import sys; print('first line\\nsecond', file=sys.stderr)")
	harness.Check(rt.Close())
})

// TestStdinIsUntouched reads in Go what is on stdin after Python has started.
func TestStdinIsUntouched(t *testing.T) {
	harness.Python(t)
	harness.Child{Part: stdinPart, Stdin: "all of this\n"}.Succeed(t)
}

var stdinPart = harness.Part("stdin", func() {
	rt := openChild(threadprofile.Config{})
	run(rt, "import sys; assert sys.stdin.fileno() == 0")
	call(rt, "run", "/bin/true")
	text, err := io.ReadAll(os.Stdin)
	harness.Check(err)
	wants(string(text), "all of this\n")
})
