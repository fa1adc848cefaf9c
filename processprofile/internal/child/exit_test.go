//go:build linux

package child_test

import (
	"os/exec"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/processprofile/internal/child"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

func TestClasses(t *testing.T) {
	for _, c := range []struct {
		ending string
		class  child.Class
		code   int
		signal syscall.Signal
		words  string
	}{
		{"clean", child.Clean, 0, 0, "exited with status 0"},
		{"status", child.Failed, 42, 0, "exited with status 42"},
		{"kill", child.Signaled, -1, syscall.SIGKILL, "was ended by signal 9 (killed)"},
		{"hangup", child.Signaled, -1, syscall.SIGHUP, "was ended by signal 1 (hangup)"},
	} {
		t.Run(c.ending, func(t *testing.T) {
			p := start(t, config(registry(t), ending, "ENDING="+c.ending))
			exit := p.Exit()
			require.Equal(t, c.class, exit.Class, exit.Tail)
			require.Equal(t, c.code, exit.Code)
			require.Equal(t, c.signal, exit.Signal)
			require.Contains(t, exit.String(), c.words)
			require.Equal(t, p.Pid(), exit.Pid)
			require.False(t, exit.OOM)
		})
	}
}

// crash is a Python that greets, and crashes when its host is gone.
const crash = `
import ctypes, faulthandler, os
faulthandler.enable()
os.write(4, b'{"snakepit":1,"version":1}\n'); os.close(4)
os.read(3, 1)
def innermost(): ctypes.string_at(0)
innermost()
`

func TestAPythonThatCrashes(t *testing.T) {
	c := config(registry(t), "")
	c.Argv = []string{harness.Python(t).Executable, "-c", crash}
	p := start(t, c)
	require.NoError(t, p.Stop(t.Context()))
	exit := p.Exit()
	require.Equal(t, child.Signaled, exit.Class, "it was asked, but that is not why it ended")
	require.Equal(t, syscall.SIGSEGV, exit.Signal)
	require.Contains(t, exit.Stack, "Fatal Python error: Segmentation fault")
	require.Contains(t, exit.Stack, "in innermost")
}

func TestSomebodyElseReaps(t *testing.T) {
	p := start(t, config(registry(t), stubborn))
	require.NoError(t, syscall.Kill(p.Pid(), syscall.SIGKILL))
	var status syscall.WaitStatus
	_, _ = syscall.Wait4(p.Pid(), &status, 0, nil) // a race with the watch, which may win
	exit := p.Exit()
	require.Contains(t, []child.Class{child.Unknown, child.Signaled}, exit.Class)
	require.NoError(t, exec.Command("true").Run(), "nobody else's child is touched")
}
