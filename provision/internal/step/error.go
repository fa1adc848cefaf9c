package step

import (
	"errors"
	"fmt"
	"strings"
)

// Error is a failed step.
type Error struct {
	Step    string   // the step's name
	Command []string // the command that failed; empty when none did
	Output  []string // the last lines that it printed
	Log     string   // the file that has all of them
	Fix     string   // what to do next
	Err     error    // what happened
}

// Error tells all of it, over several lines.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "step %q failed: %v", e.Step, e.Err)
	if len(e.Command) > 0 {
		fmt.Fprintf(&b, "\n  command: %s", strings.Join(e.Command, " "))
	}
	for _, line := range e.Output {
		fmt.Fprintf(&b, "\n  | %s", line)
	}
	if e.Log != "" {
		fmt.Fprintf(&b, "\n  full output: %s", e.Log)
	}
	if e.Fix != "" {
		fmt.Fprintf(&b, "\n  fix: %s", e.Fix)
	}
	return b.String()
}

// Unwrap returns what happened.
func (e *Error) Unwrap() error { return e.Err }

// skip is the reason why a step does not apply here.
type skip struct{ reason string }

func (s *skip) Error() string { return s.reason }

// Skip makes the error with which a step says that its way does not do here,
// which is no failure of the whole.
func Skip(format string, args ...any) error {
	return &skip{fmt.Sprintf(format, args...)}
}

// Skipped says that the error, or one that it wraps, is a Skip.
func Skipped(err error) bool {
	var s *skip
	return errors.As(err, &s)
}
