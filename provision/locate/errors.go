package locate

import (
	"fmt"
	"strings"
)

// NotFoundError says that no step found a usable Python. Its text lists where
// Find looked and what to do next.
type NotFoundError struct {
	// AllowGIL repeats what was asked for.
	AllowGIL bool
	// Process says that FindProcess looked.
	Process  bool
	Attempts []Attempt
}

// Error lists the attempts, one a line, and the ways out.
func (e *NotFoundError) Error() string {
	var b strings.Builder
	wanted, fix := e.words()
	fmt.Fprintf(&b, "found no %s on this machine; looked in\n", wanted)
	for _, a := range e.Attempts {
		fmt.Fprintf(&b, "  %s (%s): %s\n", a.Step, a.Looked, a.Outcome)
	}
	b.WriteString(fix)
	return b.String()
}

func (e *NotFoundError) words() (wanted, fix string) {
	switch {
	case e.Process:
		return "Python 3.10 or newer with grpcio", "run `snakepit setup --profile process` to make one, or set SNAKEPIT_PROCESS_PYTHON to the one to use"
	case e.AllowGIL:
		wanted = "Python 3.13 or newer with a shared library"
	default:
		wanted = "free-threaded Python"
	}
	return wanted, "run `snakepit setup` to make one, or set SNAKEPIT_PYTHON to the one to use"
}

// UnusableError says why an explicitly chosen Python cannot be used.
type UnusableError struct {
	Choice string // where the choice was made: "SNAKEPIT_PYTHON", "Options.Python"
	Path   string // what it names
	Err    error  // why it cannot be used
}

// Error names the choice, the path and the reason.
func (e *UnusableError) Error() string {
	return fmt.Sprintf("%s=%s cannot be used: %v; name another Python there, or unset it to have one looked for", e.Choice, e.Path, e.Err)
}

// Unwrap returns the reason.
func (e *UnusableError) Unwrap() error { return e.Err }

// rejection is the reason why one candidate does not do.
type rejection string

func (r rejection) Error() string { return string(r) }

func reject(format string, args ...any) error {
	return rejection(fmt.Sprintf(format, args...))
}
