// Package harness runs parts of a test in child processes, and finds the Python to
// test with. It is for tests only.
package harness

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gosnakepit/snakepit/provision/locate"
)

// part names, in a child's environment, what it is to do.
const part = "SNAKEPIT_TEST_PART"

// limit bounds a child; one that takes longer hangs.
const limit = 2 * time.Minute

var parts = map[string]func(){}

// Part registers what a child process does under a name, which it returns: for
// variables of test packages. A part that returns exits with 0.
func Part(name string, f func()) string {
	parts[name] = f
	return name
}

// Main is the TestMain of a package with parts.
func Main(m *testing.M) {
	name := os.Getenv(part)
	if name == "" {
		os.Exit(m.Run())
	}
	f, ok := parts[name]
	Assert(ok, "no part is called %q", name)
	f()
	os.Exit(0)
}

// Child is a process that runs one part.
type Child struct {
	Part   string
	Env    []string // added to the environment, "NAME=value"
	Before []string // a command that executes the rest of its arguments
	Stdin  string
}

// Outcome is how a child ended.
type Outcome struct {
	Stdout, Stderr string
	Code           int            // exit status, -1 if a signal ended it
	Signal         syscall.Signal // that did, or 0
}

// Run runs the child to its end.
func (c Child) Run(t testing.TB) Outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	argv := append(c.Before[:len(c.Before):len(c.Before)], os.Args[0])
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	var stdout, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(c.Stdin), &stdout, &stderr
	cmd.Env = append(append(os.Environ(), c.Env...), part+"="+c.Part, "GORACE=atexit_sleep_ms=0")
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || ctx.Err() != nil {
		t.Fatalf("child %s: %v, %v\n%s", c.Part, err, ctx.Err(), stderr.String())
	}
	out := Outcome{Stdout: stdout.String(), Stderr: stderr.String(), Code: cmd.ProcessState.ExitCode()}
	if status := cmd.ProcessState.Sys().(syscall.WaitStatus); status.Signaled() {
		out.Signal = status.Signal()
	}
	return out
}

// Succeed is Run for a child that must exit with 0.
func (c Child) Succeed(t testing.TB) Outcome {
	t.Helper()
	out := c.Run(t)
	if out.Code != 0 {
		t.Fatalf("child %s: exit status %d, signal %v\n%s%s", c.Part, out.Code, out.Signal, out.Stdout, out.Stderr)
	}
	return out
}

// Assert ends a child with a sentence unless ok.
func Assert(ok bool, format string, args ...any) {
	if !ok {
		fmt.Fprintf(os.Stderr, "child %s: %s\n", os.Getenv(part), fmt.Sprintf(format, args...))
		os.Exit(1)
	}
}

// Check ends a child that met an error.
func Check(err error) { Assert(err == nil, "%+v", err) }

// Python is the Python that the tests run on. Where there is none the test is
// skipped, or fails if SNAKEPIT_TEST_PYTHON=required.
func Python(t testing.TB) locate.Python {
	t.Helper()
	p, _, err := locate.Find(t.Context(), locate.Options{})
	if err == nil {
		return p
	}
	if os.Getenv("SNAKEPIT_TEST_PYTHON") == "required" {
		t.Fatal(err)
	}
	t.Skip(err)
	return p
}

// ProcessPython is the Python that the tests of the process profile run on; where there
// is none it does as [Python].
func ProcessPython(t testing.TB) locate.Python {
	t.Helper()
	p, _, err := locate.FindProcess(t.Context(), locate.ProcessOptions{})
	if err == nil {
		return p
	}
	if os.Getenv("SNAKEPIT_TEST_PYTHON") == "required" {
		t.Fatal(err)
	}
	t.Skip(err)
	return p
}

// FreeThreaded skips a test that means nothing on a Python with the GIL.
func FreeThreaded(t testing.TB) {
	t.Helper()
	if p := Python(t); !p.FreeThreaded {
		t.Skipf("needs a free-threaded Python, this is %v", p)
	}
}

// Eventually waits until ok holds; what says what was waited for.
func Eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for pause := 50 * time.Microsecond; !ok(); pause = min(2*pause, 20*time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within 30 seconds: %s", what)
		}
		time.Sleep(pause)
	}
}

// Live is a child that a test speaks to while it runs.
type Live struct {
	Cmd   *exec.Cmd
	Stdin io.Writer
	lines *bufio.Scanner
}

// Start starts a child. It is killed when the test ends.
func (c Child) Start(t testing.TB) *Live {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(append(os.Environ(), c.Env...), part+"="+c.Part, "GORACE=atexit_sleep_ms=0")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdin, err1 := cmd.StdinPipe()
	stdout, err2 := cmd.StdoutPipe()
	if err := errors.Join(err1, err2, cmd.Start()); err != nil {
		t.Fatalf("child %s: %v", c.Part, err)
	}
	hangs := time.AfterFunc(limit, func() { _ = cmd.Process.Kill() })
	t.Cleanup(func() {
		hangs.Stop()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("child %s said:\n%s", c.Part, stderr.String())
		}
	})
	return &Live{cmd, stdin, bufio.NewScanner(stdout)}
}

// Say sends the child a line.
func (l *Live) Say(t testing.TB, line string) {
	t.Helper()
	if _, err := fmt.Fprintln(l.Stdin, line); err != nil {
		t.Fatal(err)
	}
}

// Line waits for the next line that the child prints.
func (l *Live) Line(t testing.TB) string {
	t.Helper()
	if !l.lines.Scan() {
		t.Fatalf("the child has ended, and said nothing more: %v", l.lines.Err())
	}
	return l.lines.Text()
}
