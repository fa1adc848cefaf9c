package doctor

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"

	"github.com/gosnakepit/snakepit/provision"
	"github.com/gosnakepit/snakepit/provision/locate"
)

// Options says what to check. The zero value checks what a program would use.
type Options struct {
	// Profile is the one whose Python is checked.
	Profile provision.Profile
	// Python is an explicit choice, as in locate.Options.
	Python string
	// CacheDir is the folder that setup fills; empty means the user's.
	CacheDir string
	// Limit bounds each child; zero means a minute.
	Limit time.Duration
}

// machine is what the checks look at. Tests make one up.
type machine struct {
	find        func(context.Context, locate.Options) (locate.Python, []locate.Attempt, error)
	findProcess func(context.Context, locate.ProcessOptions) (locate.Python, []locate.Attempt, error)
	// run starts a child and returns its standard output.
	run        func(ctx context.Context, argv ...string) (string, error)
	lookPath   func(string) (string, error)
	stackLimit func() (bytes uint64, unlimited bool, err error)
	getenv     func(string) string
}

// checkup is one run of the checks.
type checkup struct {
	machine
	Options
	python   locate.Python
	findings []Finding
}

// Run makes all checks. It takes a few seconds, since libraries are imported in
// children, and returns early with what it has when the context ends.
func Run(ctx context.Context, o Options) Report {
	return run(ctx, thisMachine(), o)
}

func run(ctx context.Context, m machine, o Options) Report {
	if o.Limit == 0 {
		o.Limit = time.Minute
	}
	c := &checkup{machine: m, Options: o}
	if o.Profile == provision.Process {
		return c.process(ctx)
	}
	return c.thread(ctx)
}

// thread makes the checks for Python in process.
func (c *checkup) thread(ctx context.Context) Report {
	p, attempts, err := c.find(ctx, locate.Options{Python: c.Python, CacheDir: c.CacheDir})
	if err == nil {
		c.python = p
		c.interpreter(ctx)
	} else {
		c.unfound(err)
	}
	c.compiler(ctx)
	c.stack()
	c.cache()
	return c.report(attempts, err)
}

func (c *checkup) report(attempts []locate.Attempt, err error) Report {
	r := Report{Attempts: attempts, Findings: c.findings}
	if err == nil {
		r.Python = &c.python
	}
	return r
}

// unfound reports that there is no Python, and whose choice that was.
func (c *checkup) unfound(err error) {
	var missing *locate.NotFoundError
	if errors.As(err, &missing) {
		c.add(Error, "python", "there is no free-threaded one (snakepit doctor -v says where it was looked for)", "snakepit setup")
		return
	}
	c.add(Error, "python", err.Error(), "name a Python of 3.13 or newer with a shared library, or run snakepit setup")
}

// interpreter makes the checks that need a Python.
func (c *checkup) interpreter(ctx context.Context) {
	c.version()
	c.threading(ctx)
	c.library(ctx)
	c.packages(ctx)
	for _, name := range []string{"numpy", "pyarrow"} {
		c.imports(ctx, name)
	}
}

func (c *checkup) add(l Level, check, found, fix string) {
	c.findings = append(c.findings, Finding{Check: check, Level: l, Found: found, Fix: fix})
}

// ask runs a script in a child of the interpreter.
func (c *checkup) ask(ctx context.Context, script string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Limit)
	defer cancel()
	out, err := c.run(ctx, append([]string{c.python.Executable, "-I", "-c", script}, args...)...)
	if ctx.Err() == context.DeadlineExceeded {
		err = fmt.Errorf("no answer within %s", c.Limit)
	}
	return out, err
}

func thisMachine() machine {
	return machine{
		find: locate.Find, findProcess: locate.FindProcess,
		run: runChild, lookPath: exec.LookPath, stackLimit: stackLimit, getenv: getenv,
	}
}
