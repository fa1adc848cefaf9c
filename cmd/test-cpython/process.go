package main

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/gosnakepit/snakepit/provision/locate"
)

//go:embed cpythontest.py
var helper []byte

// grace is how long a child may take to say where it hangs.
const grace = 20 * time.Second

// result is a module's outcome, or how its process ended without one.
type result struct {
	module string
	outcome
	err     error
	last    string // the test that ran when the process ended
	printed []byte
}

// run runs a module in a process of its own.
func run(ctx context.Context, o options, module string, skip []string) result {
	r := result{module: module}
	start := time.Now()
	dir, err := os.MkdirTemp("", "test-cpython-")
	if err != nil {
		r.err = err
		return r
	}
	defer os.RemoveAll(dir)
	r.err = r.fill(ctx, o, dir, skip)
	if r.err != nil {
		r.Seconds = time.Since(start).Seconds()
	}
	return r
}

// fill runs the process in dir and takes in what it left there.
func (r *result) fill(ctx context.Context, o options, dir string, skip []string) error {
	req := request{Module: r.module, Progress: filepath.Join(dir, progressFile), Skip: skip}
	if err := prepare(dir, req); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, o.limit+grace)
	defer cancel()
	cmd, err := command(ctx, o, dir, r.module)
	if err != nil {
		return err
	}
	r.printed, err = output(cmd, dir)
	r.last = lastTest(req.Progress)
	if err != nil {
		return err
	}
	return readJSON(filepath.Join(dir, resultFile), &r.outcome)
}

func prepare(dir string, req request) error {
	if err := os.WriteFile(filepath.Join(dir, helperFile), helper, 0o600); err != nil {
		return err
	}
	return writeJSON(filepath.Join(dir, requestFile), req)
}

// command starts this program again, or Python with the same settings that the
// library gives the one it hosts.
func command(ctx context.Context, o options, dir, module string) (*exec.Cmd, error) {
	if o.plain == "" {
		self, err := os.Executable()
		return exec.CommandContext(ctx, self, "-child", module, "-dir", dir, "-limit", o.limit.String()), err
	}
	python, _, err := locate.Find(ctx, locate.Options{})
	return exec.CommandContext(ctx, python.Executable, "-I", "-X", "utf8", filepath.Join(dir, helperFile), dir, o.plain), err
}

// output runs a command in a folder of its own, and ends its children with it.
func output(cmd *exec.Cmd, dir string) ([]byte, error) {
	var printed bytes.Buffer
	cmd.Stdout, cmd.Stderr = &printed, &printed
	cmd.Dir = filepath.Join(dir, "work")
	if err := os.Mkdir(cmd.Dir, 0o700); err != nil {
		return nil, err
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	err := cmd.Run()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, cause(printed.String()))
	}
	return printed.Bytes(), err
}

func lastTest(file string) string {
	data, _ := os.ReadFile(file)
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	return lines[len(lines)-1]
}

// cause returns the line of a dying process's output that says most: that of
// Python's or Go's crash report, or the last one.
func cause(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for _, line := range lines {
		for _, start := range []string{"Fatal Python error:", "fatal error:", "panic:", "SIG"} {
			if strings.HasPrefix(line, start) {
				return line
			}
		}
	}
	return lines[len(lines)-1]
}
