//go:build linux

package child_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

var (
	talking = harness.Part("talking", func() {
		greet()
		fmt.Print("one\r\ntw\xffo\n")
		fmt.Fprint(os.Stderr, "three\n\nfour without an end")
	})
	shouting = harness.Part("shouting", func() { // 256 MiB in one line
		greet()
		block := bytes.Repeat([]byte("x"), 1<<20)
		for range 256 {
			_, _ = os.Stdout.Write(block)
		}
		fmt.Print("the end")
	})
	leaving = harness.Part("leaving", func() { // a process keeps its pipes, and cannot be found
		greet()
		cmd := command("idle")
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		harness.Check(cmd.Start())
		fmt.Println("pid", cmd.Process.Pid)
	})
)

// records collects what is logged.
type records struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *records) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *records) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(r, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey || a.Key == "pid" {
			return slog.Attr{}
		}
		return a
	}}))
}

func TestLinesAreLogged(t *testing.T) {
	var log records
	c := config(registry(t), talking)
	c.Logger = log.logger()
	p := start(t, c)
	<-p.Exited()
	for _, line := range []string{
		"level=INFO msg=one pool=default slot=3 stream=stdout\n",
		"level=INFO msg=\"tw\uFFFDo\" pool=default slot=3 stream=stdout\n",
		"level=INFO msg=three pool=default slot=3 stream=stderr\n",
		`level=INFO msg="four without an end" pool=default slot=3 stream=stderr` + "\n",
	} {
		require.Contains(t, log.text.String(), line)
	}
}

func TestLinesAreWritten(t *testing.T) {
	var lines []string
	c := config(registry(t), talking)
	w := writer(func(p []byte) { lines = append(lines, string(p)) })
	c.Stdout, c.Stderr = w, w
	<-start(t, c).Exited()
	require.ElementsMatch(t, []string{"one\r\n", "tw\xffo\n", "three\n", "\n", "four without an end\n"}, lines)
}

func TestAShoutingChild(t *testing.T) {
	var got, longest int
	c := config(registry(t), shouting)
	c.Stdout = writer(func(p []byte) { got, longest = got+len(p)-1, max(longest, len(p)) })
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	p := start(t, c)
	<-p.Exited()
	runtime.ReadMemStats(&after)
	require.Equal(t, 256<<20+len("the end"), got)
	require.LessOrEqual(t, longest, 16<<10+1)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(8<<20))
	require.Equal(t, strings.Repeat("x", 64<<10-len("the end"))+"the end", p.Tail())
}

func TestAWriterThatBlocksDoesNotKeepTheProcess(t *testing.T) {
	release := make(chan struct{})
	c := config(registry(t), talking)
	c.Stdout = writer(func([]byte) { <-release })
	p := start(t, c)
	defer close(release)
	select {
	case <-p.Exited():
	case <-time.After(time.Minute):
		t.Fatal("the end of the process waits for the writer")
	}
}

func TestAPipeThatIsKeptOpenDoesNotKeepTheProcess(t *testing.T) {
	r := registry(t)
	require.NoError(t, start(t, config(r, obedient)).Stop(t.Context())) // what is made once
	goroutines := runtime.NumGoroutine()
	p := start(t, config(r, leaving))
	<-p.Exited()
	harness.Eventually(t, "nobody reads on", func() bool { return runtime.NumGoroutine() <= goroutines })
	left := pids(p.Tail(), "pid")
	require.Len(t, left, 1)
	require.True(t, alive(left[0]), "a process without the mark is not found")
	kill(t, left[0])
}
