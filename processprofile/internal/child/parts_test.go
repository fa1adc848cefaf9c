//go:build linux

package child_test

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gosnakepit/snakepit/processprofile/internal/child"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

func TestMain(m *testing.M) { harness.Main(m) }

// Children that are no Python: the test binary, run again.
var (
	obedient = harness.Part("obedient", func() {
		greet()
		untilTheHostIsGone()
	})
	mute = harness.Part("mute", func() {
		fmt.Fprintln(os.Stderr, "what am I to say?")
		forever()
	})
	refusing = harness.Part("refusing", func() {
		fmt.Fprintln(os.Stderr, "ModuleNotFoundError: No module named 'grpc'")
		say(`{"snakepit":1,"error":"grpcio is not installed in /opt/python"}`)
		os.Exit(3)
	})
	confused = harness.Part("confused", func() {
		fmt.Fprintln(os.Stderr, "Traceback (most recent call last): …")
		os.Exit(7)
	})
	foreign = harness.Part("foreign", func() {
		say("Hello!")
		forever()
	})
	termed = harness.Part("termed", func() { // leaves at SIGTERM only
		signals := make(chan os.Signal, 1)
		signal.Notify(signals, syscall.SIGTERM)
		greet()
		<-signals
	})
	stubborn = harness.Part("stubborn", func() {
		signal.Ignore(syscall.SIGTERM, syscall.SIGHUP)
		greet()
		forever()
	})
	ending = harness.Part("ending", func() { // as it is told by ENDING
		greet()
		switch how := os.Getenv("ENDING"); how {
		case "clean":
		case "status":
			os.Exit(42)
		case "hangup":
			_ = syscall.Kill(os.Getpid(), syscall.SIGHUP)
			forever()
		case "kill":
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			forever()
		}
	})
	idle   = harness.Part("idle", func() { signal.Ignore(syscall.SIGTERM, syscall.SIGHUP); forever() })
	family = harness.Part("family", func() {
		fmt.Println("pid", os.Getpid())
		fmt.Println("pid", descendant(false))
		fmt.Println(os.Getenv("AWAY"), descendant(true))
		greet()
		untilTheHostIsGone()
	})
)

func say(line string) {
	f := os.NewFile(4, "handshake")
	_, _ = fmt.Fprintln(f, line)
	_ = f.Close()
}

func greet() {
	say(fmt.Sprintf(`{"snakepit":1,"version":1,"pid":%d,"python":"3.11.7","executable":"/opt/python","gil":true,"grpc":"1.85.3"}`, os.Getpid()))
}

func untilTheHostIsGone() { _, _ = io.Copy(io.Discard, os.NewFile(3, "life")) }

func forever() { time.Sleep(time.Hour) }

// descendant starts a process that nothing but SIGKILL ends, perhaps in a session of its own.
func descendant(away bool) int {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "SNAKEPIT_TEST_PART="+idle)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: away}
	harness.Check(cmd.Start())
	return cmd.Process.Pid
}

func config(r *child.Registry, part string, env ...string) child.Config {
	return child.Config{
		Registry: r,
		Argv:     []string{os.Args[0]},
		Env:      append(append(os.Environ(), "SNAKEPIT_TEST_PART="+part, "GORACE=atexit_sleep_ms=0"), env...),
		Pool:     "default",
		Slot:     3,
		Limits:   child.Limits{Close: time.Minute, Term: time.Minute, Kill: time.Minute},
	}
}

func registry(t *testing.T) *child.Registry {
	t.Helper()
	r, err := child.OpenRegistry(child.Options{Folder: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// start starts a child, which the test's end kills.
func start(t *testing.T, c child.Config) *child.Process {
	t.Helper()
	p, err := child.Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.Kill("the test is over")
		<-p.Exited()
	})
	return p
}

// alive reports whether a process exists and is no zombie.
func alive(pid int) bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && !strings.HasPrefix(string(text[strings.LastIndexByte(string(text), ')')+1:]), " Z")
}

// pids finds the numbers in lines that begin with a name.
func pids(text, name string) []int {
	var all []int
	for line := range strings.Lines(text) {
		var pid int
		if n, _ := fmt.Sscanf(line, name+" %d", &pid); n == 1 {
			all = append(all, pid)
		}
	}
	return all
}

// command runs a part in a session of its own, without the mark.
func command(part string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = []string{"SNAKEPIT_TEST_PART=" + part}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return cmd
}

func kill(t *testing.T, pid int) {
	t.Helper()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Error(err)
	}
}
