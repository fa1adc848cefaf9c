package child

import (
	"errors"
	"io"
	"log/slog"
	"os"
	"time"
)

// Config is what Start needs.
type Config struct {
	Registry *Registry // required; it must outlive the process

	Argv    []string   // the program, by its path, and its arguments
	Env     []string   // the child's environment; nil is the host's. Variables of the protocol are replaced
	Dir     string     // where it runs; "" is where the host runs
	Files   []*os.File // descriptors 5, 6, …; the caller keeps them
	Threads int        // lanes the child will have

	Pool string // whose child it is: in log records and errors
	Slot int

	// Logger takes each line that the child prints, unless Stdout or Stderr takes
	// it. nil is slog.Default().
	Logger *slog.Logger

	// Stdout and Stderr get whole lines, one per Write; a line longer than 16 KiB
	// comes in pieces. Writes of one process do not overlap. A writer that blocks
	// blocks the child, once the pipe is full, but not its end.
	Stdout, Stderr io.Writer

	StartTimeout time.Duration // until the handshake; 0 is 30 seconds
	Limits       Limits
}

// Limits bounds the steps of Stop. Zero fields have defaults.
type Limits struct {
	Leave time.Duration // for a child that was asked to leave before Stop; 0 does not wait
	Close time.Duration // between the end of the life pipe and SIGTERM; 0 is 2 seconds
	Term  time.Duration // between SIGTERM and SIGKILL; 0 is 2 seconds
	Kill  time.Duration // until a killed process counts as stuck; 0 is 5 seconds
}

func (c Config) normal() (Config, error) {
	switch {
	case c.Registry == nil:
		return c, errors.New("child: a process needs a registry: see OpenRegistry")
	case len(c.Argv) == 0 || c.Argv[0] == "":
		return c, errors.New("child: no program to start")
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.Env == nil {
		c.Env = os.Environ()
	}
	c.StartTimeout = or(c.StartTimeout, 30*time.Second)
	c.Limits.Close = or(c.Limits.Close, 2*time.Second)
	c.Limits.Term = or(c.Limits.Term, 2*time.Second)
	c.Limits.Kill = or(c.Limits.Kill, 5*time.Second)
	return c, nil
}

func or(d, otherwise time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return otherwise
}
