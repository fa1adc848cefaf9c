//go:build linux

package child_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/processprofile/internal/child"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

var reporting = harness.Part("reporting", func() {
	for _, name := range []string{"WORKER", "SOCKET", "TOKEN", "AREAS", "THREADS", "RUN"} {
		_, _ = os.Stdout.WriteString(name + "=" + os.Getenv("SNAKEPIT_"+name) + "\n")
	}
	for _, fd := range []uintptr{5, 6} {
		text := make([]byte, 16)
		n, _ := os.NewFile(fd, "area").ReadAt(text, 0)
		_, _ = os.Stdout.WriteString("area " + string(text[:n]) + "\n")
	}
	greet()
	untilTheHostIsGone()
})

func TestStart(t *testing.T) {
	r := registry(t)
	p := start(t, config(r, obedient))
	require.Equal(t, p.Pid(), p.Handshake().Pid)
	require.Equal(t, "3.11.7", p.Handshake().Python)
	require.True(t, p.Handshake().GIL)
	require.Len(t, p.Token(), 64)
	require.Less(t, len(p.Socket()), 100)
	info, err := os.Stat(filepath.Dir(p.Socket()))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm())
}

func TestWhatAChildIsGiven(t *testing.T) {
	t.Setenv("SNAKEPIT_TOKEN", "of another host")
	r := registry(t)
	c := config(r, reporting)
	c.Threads = 4
	for _, text := range []string{"first", "the second"} {
		f, err := os.CreateTemp(t.TempDir(), "")
		require.NoError(t, err)
		_, err = f.WriteString(text)
		require.NoError(t, err)
		c.Files = append(c.Files, f)
	}
	p := start(t, c)
	require.NoError(t, p.Stop(t.Context()))
	require.Equal(t, "WORKER=snakepit-worker-1\nSOCKET="+p.Socket()+"\nTOKEN="+p.Token()+
		"\nAREAS=5 10\nTHREADS=4\nRUN="+r.ID()+".1\narea first\narea the second\n", p.Tail())
}

func TestFailingStarts(t *testing.T) {
	for _, c := range []struct {
		part  string
		limit time.Duration
		class child.Class
		want  []string
	}{
		{refusing, time.Minute, child.Failed, []string{"default", "grpcio is not installed in /opt/python", "exited with status 3", "No module named 'grpc'"}},
		{confused, time.Minute, child.Failed, []string{"before it was ready", "exited with status 7", "Traceback"}},
		{foreign, time.Minute, child.Killed, []string{"no worker of Snakepit", "Hello!"}},
		{mute, 2 * time.Second, child.Killed, []string{"within 2s", "what am I to say?"}},
	} {
		t.Run(c.part, func(t *testing.T) {
			r := registry(t)
			config := config(r, c.part)
			config.StartTimeout = c.limit
			_, err := child.Start(t.Context(), config)
			var failed *child.StartError
			require.ErrorAs(t, err, &failed)
			for _, words := range c.want {
				require.ErrorContains(t, err, words)
			}
			require.Equal(t, c.class, failed.Exit.Class)
			require.Equal(t, c.limit == 2*time.Second, errors.Is(err, os.ErrDeadlineExceeded))
			require.False(t, alive(failed.Exit.Pid))
		})
	}
}

func TestStartThatIsGivenUp(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("nobody wants it any more")
	c := config(registry(t), mute)
	c.Stderr = writer(func([]byte) { cancel(cause) }) // it runs
	_, err := child.Start(ctx, c)
	require.ErrorIs(t, err, cause)
	var failed *child.StartError
	require.ErrorAs(t, err, &failed)
	require.False(t, alive(failed.Exit.Pid))
}

// TestAChildOutlivesItsStarter: the kernel kills a child when the thread that forked it ends.
func TestAChildOutlivesItsStarter(t *testing.T) {
	c := config(registry(t), obedient)
	thread, started := 0, make(chan *child.Process)
	onAThread(func() {
		thread = syscall.Gettid()
		started <- start(t, c)
	})
	p := <-started
	harness.Eventually(t, "the thread ends", func() bool {
		_, err := os.Stat(fmt.Sprintf("/proc/self/task/%d", thread))
		return err != nil
	})
	require.NoError(t, p.Stop(t.Context()))
	require.Zero(t, p.Exit().Signal)
}

// onAThread runs f on a thread that ends with it. The main thread never ends.
func onAThread(f func()) {
	go func() {
		runtime.LockOSThread()
		if syscall.Gettid() == os.Getpid() {
			onAThread(f)
			runtime.UnlockOSThread()
			return
		}
		f()
	}()
}

func TestNoProgram(t *testing.T) {
	c := config(registry(t), obedient)
	c.Argv = []string{filepath.Join(t.TempDir(), "python3")}
	_, err := child.Start(t.Context(), c)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, c.Argv[0])
	c.Argv = nil
	_, err = child.Start(t.Context(), c)
	require.Error(t, err)
}

type writer func([]byte)

func (w writer) Write(p []byte) (int, error) {
	w(p)
	return len(p), nil
}
