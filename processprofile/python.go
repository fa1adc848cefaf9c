package processprofile

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/gosnakepit/snakepit/processprofile/internal/child"
	"github.com/gosnakepit/snakepit/processprofile/internal/sources"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/provision/locate"
)

// command is how children are started.
type command struct {
	argv []string
	env  []string

	nativeThreads int // that libraries use in a call; 0 if nobody can tell
}

// findPython finds the Python to start, and lays out its half of this package.
func (c Config) findPython(ctx context.Context, threads int) (command, error) {
	p, _, err := locate.FindProcess(ctx, locate.ProcessOptions{Python: c.Python, AllowFreeThreaded: c.AllowFreeThreaded})
	if err != nil {
		return command{}, fmt.Errorf("%w: %w", profile.ErrUnavailable, err)
	}
	folder, err := sources.Unpack()
	if err != nil {
		return command{}, fmt.Errorf("snakepit: the Python half of the process profile: %w", err)
	}
	env := c.environment(folder)
	native, limit := nativeThreads(env, threads)
	return command{
		argv: []string{p.Executable, "-m", "snakepit_bridge.worker"},
		env:  append(env, native...), nativeThreads: limit,
	}, nil
}

// environment is the host's, less what would change which modules Python finds.
func (c Config) environment(folder string) []string {
	env := slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.Contains([]string{"PYTHONPATH", "PYTHONHOME", "PYTHONEXECUTABLE", "__PYVENV_LAUNCHER__"}, name)
	})
	return append(append(env, c.Env...), "PYTHONPATH="+folder, "PYTHONUNBUFFERED=1", "PYTHONSAFEPATH=1")
}

// child is what is needed to start one.
func (in *instance) child(w *worker) child.Config {
	c := child.Config{
		Registry: in.registry, Argv: in.command.argv, Env: in.command.env, Threads: in.config.Threads,
		Pool: in.spec.Pool, Slot: w.number, Logger: in.spec.Logger, Stdout: in.config.Stdout, Stderr: in.config.Stderr,
		StartTimeout: in.config.StartTimeout,
		Limits:       child.Limits{Leave: in.config.StopTimeout, Close: in.config.StopTimeout, Term: in.config.StopTimeout},
	}
	if a := arena(); a != nil {
		c.Files = []*os.File{a.File(), w.loans.area.File()}
	}
	return c
}
