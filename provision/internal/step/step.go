package step

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/gosnakepit/snakepit/provision/progress"
)

// Runner runs steps one after another.
type Runner struct {
	// Logs is the folder for the steps' output; empty keeps none.
	Logs string
	// Sink gets the steps' events, never two at once.
	Sink progress.Sink
	// Beat is the time between two signs of life; zero means a second.
	Beat time.Duration
	// Exec runs a command to its end; nil means to start the child. Tests act
	// the children.
	Exec func(context.Context, *exec.Cmd) error

	mu sync.Mutex
}

// Step is one step at work.
type Step struct {
	Name  string
	run   *Runner
	begun time.Time
	done  string
}

// Do runs one step. Its error is an *Error, or a Skip, which is reported as
// such and returned as it is.
func (r *Runner) Do(ctx context.Context, name string, work func(*Step) error) error {
	s := &Step{Name: name, run: r, begun: time.Now()}
	s.report(progress.Started, "", 0)
	err := work(s)
	if ctx.Err() != nil && err != nil {
		err = s.stopped(ctx, err)
	}
	switch {
	case err == nil:
		s.report(progress.Done, s.done, 0)
		return nil
	case Skipped(err):
		s.report(progress.Skipped, err.Error(), 0)
		return err
	}
	s.report(progress.Failed, firstLine(err), 0)
	return s.wrap(err)
}

// stopped puts the reason why the work ended in place of what a killed child
// left behind.
func (s *Step) stopped(ctx context.Context, err error) error {
	var e *Error
	if errors.As(err, &e) {
		e.Err, e.Output, e.Fix = context.Cause(ctx), nil, "run it again: it starts clean"
		return e
	}
	return &Error{Step: s.Name, Err: context.Cause(ctx), Fix: "run it again: it starts clean"}
}

func (s *Step) wrap(err error) error {
	var e *Error
	if errors.As(err, &e) {
		return err
	}
	return &Error{Step: s.Name, Err: err}
}

// Note reports something worth keeping.
func (s *Step) Note(format string, args ...any) {
	s.report(progress.Note, fmt.Sprintf(format, args...), 0)
}

// Doing reports what the step is busy with.
func (s *Step) Doing(format string, args ...any) {
	s.report(progress.Running, fmt.Sprintf(format, args...), 0)
}

// Result sets the words that the end of the step is reported with.
func (s *Step) Result(format string, args ...any) {
	s.done = fmt.Sprintf(format, args...)
}

// Fail makes the step's error, with what to do next.
func (s *Step) Fail(err error, fix string) error {
	return &Error{Step: s.Name, Err: err, Fix: fix}
}

func (s *Step) report(state progress.State, detail string, percent int) {
	s.run.mu.Lock()
	defer s.run.mu.Unlock()
	if s.run.Sink != nil {
		s.run.Sink(progress.Event{Step: s.Name, State: state, Detail: detail, Percent: percent, Elapsed: time.Since(s.begun)})
	}
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
