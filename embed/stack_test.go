package embed_test

import (
	"fmt"
	"log/slog"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/threadprofile"
)

// init keeps the main goroutine on the main thread, whose stack is as large as the
// limit says even where those of other threads are not.
func init() {
	if setting("MAIN_THREAD") != "" {
		runtime.LockOSThread()
	}
}

var smallStack = harness.Part("small stack", func() {
	rt, err := tryOpen(threadprofile.Config{Adapter: "deep"}, slog.New(slog.DiscardHandler))
	if err == nil {
		_, err = rt.Call(ctx0, "probe:recurse", 1_000_000)
	}
	harness.Assert(err != nil, "no error")
	fmt.Print(err)
})

const noSuchLimit = 99

// TestSmallStack runs where the C stacks of threads have 2 MiB, as they also have
// without a limit: 3.13 overflows them before it notices deep recursion. That is an
// error that names the stack, not a segmentation fault. The adapter recurses while
// it is imported, which happens on the init thread.
func TestSmallStack(t *testing.T) {
	if python := harness.Python(t); python.Major != 3 || python.Minor != 13 {
		t.Skip("newer Pythons look at the stack themselves")
	}
	for _, limit := range []string{"2048", "unlimited"} {
		for _, env := range [][]string{nil, {set("MAIN_THREAD", "locked")}} {
			script := fmt.Sprintf(`ulimit -S -s %s || exit %d; exec "$0"`, limit, noSuchLimit)
			out := harness.Child{Part: smallStack, Env: env, Before: []string{"/bin/sh", "-c", script}}.Run(t)
			if out.Code == noSuchLimit {
				t.Skipf("the stack limit cannot be %s here", limit)
			}
			require.Zero(t, out.Code, "%s %v: %s", limit, env, out.Stderr)
			require.Contains(t, out.Stdout, "C stack is smaller than 4 MiB")
			require.Contains(t, out.Stdout, "ulimit -s 8192")
		}
	}
}

var bigStack = harness.Part("big stack", func() {
	rt := openWith(threadprofile.Config{Adapter: "deep"})
	_, err := rt.Call(ctx0, "probe:recurse", 1_000_000)
	harness.Assert(err != nil, "no error")
	fmt.Print(err)
})

// TestDeepRecursion does the same on stacks of the usual size: an exception.
func TestDeepRecursion(t *testing.T) {
	out := harness.Child{Part: bigStack, Before: []string{"/bin/sh", "-c", `ulimit -S -s 8192; exec "$0"`}}
	harness.Python(t)
	require.Contains(t, out.Succeed(t).Stdout, "RecursionError")
}
