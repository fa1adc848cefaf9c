//go:build linux

package child_test

import (
	"errors"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/processprofile/internal/child"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

// glutton takes memory, once it is told to, until there is none; a second limit is
// there in case the first does not work.
var glutton = harness.Part("glutton", func() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGUSR1)
	greet()
	<-signals
	var all [][]byte
	for range 1 << 10 {
		block := make([]byte, 1<<20)
		for i := 0; i < len(block); i += 4096 {
			block[i] = 1
		}
		all = append(all, block)
		runtime.KeepAlive(all)
	}
})

func TestOutOfMemory(t *testing.T) {
	tasks := smallGroup(t)
	c := config(registry(t), glutton)
	c.Argv = []string{"/bin/sh", "-c", `echo $$ > "$0" && exec "$1"`, tasks, os.Args[0]}
	p := start(t, c)
	require.NoError(t, syscall.Kill(p.Pid(), syscall.SIGUSR1))
	exit := p.Exit()
	require.Equal(t, child.OutOfMemory, exit.Class, exit.Tail)
	require.True(t, exit.OOM)
	require.Equal(t, syscall.SIGKILL, exit.Signal)
	require.Contains(t, exit.String(), "memory")
}

// smallGroup makes a control group of 64 MiB where the test may, and returns the file
// by which a process enters it.
func smallGroup(t *testing.T) string {
	t.Helper()
	for _, v := range []struct{ root, limit, enter string }{
		{"/sys/fs/cgroup", "memory.max", "cgroup.procs"},
		{"/sys/fs/cgroup/memory", "memory.limit_in_bytes", "cgroup.procs"},
	} {
		group := filepath.Join(v.root, "snakepit-test-"+strconv.Itoa(os.Getpid()))
		if os.Mkdir(group, 0o755) != nil {
			continue
		}
		t.Cleanup(func() { _ = os.Remove(group) })
		if f, err := os.OpenFile(filepath.Join(group, v.limit), os.O_WRONLY, 0); err == nil {
			_, err = f.WriteString("67108864")
			require.NoError(t, errors.Join(err, f.Close()))
			return filepath.Join(group, v.enter)
		}
		_ = os.Remove(group)
	}
	t.Skip("needs to be allowed to make a control group")
	return ""
}
