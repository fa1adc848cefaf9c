package step

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/gosnakepit/snakepit/provision/internal/child"
	"github.com/gosnakepit/snakepit/provision/progress"
)

// Command is a child of a step.
type Command struct {
	Argv []string
	Dir  string
	// Env is added to the environment that Environ cleans.
	Env []string
	// Brief shortens a line of output for people, to nothing where the line says
	// nothing; nil leaves lines as they are.
	Brief func(string) string
	// Lines is about how many such lines there will be, for the percentage; 0
	// where nobody knows.
	Lines int
	// Stdout gets the standard output alone, as well as the log.
	Stdout io.Writer
	// Fix goes into the error.
	Fix string
}

// Run runs the command to its end and reports its progress meanwhile. Its error
// is an *Error.
func (s *Step) Run(ctx context.Context, c Command) error {
	log, err := s.openLog()
	if err != nil {
		return s.Fail(err, "make the cache folder writable")
	}
	defer func() { _ = log.Close() }()
	fmt.Fprintf(log, "$ %s\n", strings.Join(c.Argv, " "))
	out := &tailWriter{log: log, brief: c.Brief}
	cmd := child.Command(ctx, c.Argv...)
	cmd.Dir, cmd.Env = c.Dir, append(Environ(), c.Env...)
	cmd.Stdout, cmd.Stderr = out, out
	if c.Stdout != nil {
		cmd.Stdout = io.MultiWriter(c.Stdout, out)
	}
	stop := s.beat(out, c.Lines)
	err = s.run.exec(ctx, cmd)
	stop()
	if err == nil {
		return nil
	}
	return &Error{Step: s.Name, Command: c.Argv, Output: out.last(), Log: log.Name(), Fix: c.Fix, Err: explain(err)}
}

func (r *Runner) exec(ctx context.Context, cmd *exec.Cmd) error {
	if r.Exec != nil {
		return r.Exec(ctx, cmd)
	}
	return cmd.Run()
}

// explain says in words that a command is missing.
func explain(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("the command is not on this machine: %w", err)
	}
	return err
}

// beat reports the output's last line at intervals until the returned function
// is called, which waits for the reporting to end.
func (s *Step) beat(out *tailWriter, lines int) (stop func()) {
	every := s.run.Beat
	if every == 0 {
		every = time.Second
	}
	quit, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		for {
			select {
			case <-quit:
				return
			case <-ticker.C:
				line, count := out.now()
				s.report(progress.Running, line, percent(count, lines))
			}
		}
	}()
	return func() { close(quit); <-ended }
}

// percent stays below 100 while the work goes on: the total is an estimate.
func percent(count, total int) int {
	if total == 0 {
		return 0
	}
	return min(99, count*100/total)
}

// openLog appends to the step's own file, or to nothing when no logs are kept.
func (s *Step) openLog() (*os.File, error) {
	if s.run.Logs == "" {
		return os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	}
	if err := os.MkdirAll(s.run.Logs, 0o755); err != nil {
		return nil, err
	}
	name := strings.Map(fileRune, s.Name) + ".log"
	return os.OpenFile(filepath.Join(s.run.Logs, name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
}

func fileRune(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' {
		return r
	}
	return '-'
}
