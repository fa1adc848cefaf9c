package threadprofile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/threadprofile"
)

// TestProcesses starts processes from Python in each of the ways it has. Close ends
// pools of them without complaints about leaked semaphores.
func TestProcesses(t *testing.T) {
	harness.Python(t)
	require.Empty(t, harness.Child{Part: processPart}.Succeed(t).Stderr)
}

var processPart = harness.Part("processes", func() {
	rt := openChild(threadprofile.Config{})
	wants(call(rt, "run", "/bin/sh", "-c", "echo out; echo err >&2; exit 3"), snakepit.Tuple{3, "out\n", "err\n"})
	executable := rt.Stats().Pools["default"].Python.Executable
	wants(call(rt, "run", executable, "-c", "print(6*7)"), snakepit.Tuple{0, "42\n", ""})
	wants(call(rt, "run", "/bin/cat", snakepit.Kw{"input": "fed"}), snakepit.Tuple{0, "fed", ""})

	wants(call(rt, "start_method"), "spawn")
	wants(call(rt, "pool", 5), []any{0, 1, 4, 9, 16})
	wants(call(rt, "executor", 5), []any{0, 1, 4, 9, 16})
	wants(call(rt, "queue_and_lock"), snakepit.Tuple{49, 0})
	process := call(rt, "process_executables").(snakepit.Tuple)
	wants(process[1], executable) // a python, not this program again
	harness.Check(rt.Close())
})

// TestForkIsRefused tries the ways to fork, which would leave a Go program with one
// thread and locks that nobody opens.
func TestForkIsRefused(t *testing.T) {
	harness.Python(t)
	rt, err := tryChild(threadprofile.Config{}, testWriter{t})
	require.NoError(t, err)
	defer func() { require.NoError(t, rt.Close()) }()
	for _, target := range []string{"os:fork", "os:forkpty", "posix:fork", "pty:fork", "process:fork_pool"} {
		_, err := rt.Call(ctx0, target)
		var e *snakepit.PythonError
		require.ErrorAs(t, err, &e, target)
		require.Equal(t, "RuntimeError", e.Type, "%+v", err)
		require.Contains(t, e.Message, "refused inside a Go program", target)
		require.Contains(t, e.Message, "spawn")
	}
	_, err = rt.Call(ctx0, "faulthandler:enable")
	require.ErrorContains(t, err, "faulthandler.enable() is refused inside a Go program")
	v, err := rt.Call(ctx0, "faulthandler:is_enabled")
	require.NoError(t, err)
	require.Equal(t, false, v)
}

// testWriter writes to the log of a test.
type testWriter struct{ t testing.TB }

func (w testWriter) Write(p []byte) (int, error) {
	w.t.Logf("%s", p)
	return len(p), nil
}
