//go:build linux

package child_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/processprofile/internal/child"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

// host starts two families, says who they are, and ends as it is told by ENDING.
var host = harness.Part("host", func() {
	r, err := child.OpenRegistry(child.Options{Folder: os.Getenv("FOLDER"), Sockets: os.Getenv("SOCKETS")})
	harness.Check(err)
	for range 2 {
		c := config(r, os.Getenv("MEMBER"), "AWAY=away")
		told := make(chan bool, 3)
		c.Stdout = writer(func(p []byte) { _, _ = os.Stdout.Write(p); told <- true })
		p, err := child.Start(context.Background(), c)
		harness.Check(err)
		for range 3 {
			<-told
		}
		if os.Getenv("STOPPED") != "" {
			harness.Check(syscall.Kill(-p.Pid(), syscall.SIGSTOP))
		}
	}
	end(os.Getenv("ENDING"))
})

func end(how string) {
	switch how {
	case "exit":
		os.Exit(0)
	case "panic":
		panic("the host is broken")
	case "killed":
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	case "terminated":
		_ = syscall.Kill(os.Getpid(), syscall.SIGTERM)
	}
	forever()
}

func TestTheHostEnds(t *testing.T) {
	for _, how := range []string{"exit", "panic", "killed", "terminated"} {
		for _, stopped := range []string{"", "stopped"} {
			t.Run(how+stopped, func(t *testing.T) {
				folder := t.TempDir()
				out := runHost(t, folder, "ENDING="+how, "STOPPED="+stopped)
				group, away := pids(out.Stdout, "pid"), pids(out.Stdout, "away")
				require.Len(t, group, 4, out.Stderr)
				require.Len(t, away, 2)
				for _, pid := range group {
					harness.Eventually(t, fmt.Sprintf("%d of %v is gone", pid, group), func() bool { return !alive(pid) })
				}
				for _, pid := range away {
					require.True(t, alive(pid), "only the next host finds those who left the group")
				}
				openAndClose(t, folder)
				for _, pid := range away {
					require.False(t, alive(pid))
				}
				require.Empty(t, list(t, folder))
				require.Empty(t, list(t, filepath.Join(folder, "..", "002")), "folder of sockets")
			})
		}
	}
}

// TestTheGroupDiesWithTheHost is about the order in which the kernel closes what a
// killed host had open, and kills the children of its threads.
func TestTheGroupDiesWithTheHost(t *testing.T) {
	folder := t.TempDir()
	for range 10 {
		out := runHost(t, folder, "ENDING=killed")
		for _, pid := range pids(out.Stdout, "pid") {
			harness.Eventually(t, "everybody is gone", func() bool { return !alive(pid) })
		}
	}
	openAndClose(t, folder)
	require.Empty(t, list(t, folder))
}

func runHost(t *testing.T, folder string, env ...string) harness.Outcome {
	t.Helper()
	t.Cleanup(func() { openAndClose(t, folder) }) // whatever the test has found
	env = append(env, "FOLDER="+folder, "SOCKETS="+t.TempDir(), "MEMBER="+family)
	return harness.Child{Part: host, Env: env}.Run(t)
}

func openAndClose(t *testing.T, folder string) {
	t.Helper()
	r, err := child.OpenRegistry(child.Options{Folder: folder})
	require.NoError(t, err)
	require.NoError(t, r.Close())
	require.NoError(t, r.Close())
}

func list(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
