package provision

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/gosnakepit/snakepit/provision/internal/step"
	"github.com/gosnakepit/snakepit/provision/locate"
	"github.com/gosnakepit/snakepit/provision/locks"
)

// setup is one run of Setup.
type setup struct {
	Options
	host
	cache cache
	steps *step.Runner
}

// Setup returns the Python to use and its virtual environment, and makes what
// is missing. Its error is an *Error or, for an explicit choice that cannot be
// used, a *locate.UnusableError. Cancelling the context kills what runs; the
// next call starts clean. Several goroutines and processes may call it: one
// works and the others wait for it.
func Setup(ctx context.Context, o Options) (Result, error) {
	return setUp(ctx, o, thisHost())
}

func setUp(ctx context.Context, o Options, h host) (Result, error) {
	if err := o.validate(); err != nil {
		return Result{}, err
	}
	s, err := newSetup(o, h)
	if err != nil {
		return Result{}, err
	}
	if o.Profile == Process {
		return s.once(ctx, s.processReady, s.makeProcess)
	}
	return s.once(ctx, s.ready, s.make)
}

func newSetup(o Options, h host) (*setup, error) {
	c, err := openCache(o.CacheDir)
	if err != nil {
		return nil, err
	}
	return &setup{Options: o, host: h, cache: c, steps: &step.Runner{Sink: o.Progress, Exec: h.exec}}, nil
}

func (o Options) validate() error {
	switch o.Profile {
	case "", Thread:
		return nil
	case Process:
		if o.GIL || o.Build {
			return &Error{Step: "options", Err: errors.New("GIL and Build are for the thread profile: the process profile builds no Python"), Fix: "leave them out, or name the Python to use"}
		}
		return nil
	}
	return &Error{Step: "options", Err: fmt.Errorf("Profile: there is no profile %q", o.Profile), Fix: "use thread or process"}
}

// once returns what is ready or makes it, one set-up at a time.
func (s *setup) once(ctx context.Context, ready func(context.Context) (Result, bool), make func(context.Context) (Result, error)) (Result, error) {
	if r, ok := ready(ctx); ok {
		return r, nil
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return Result{}, err
	}
	defer unlock()
	if r, ok := ready(ctx); ok {
		return r, nil // made by whoever had the lock
	}
	s.steps.Logs = s.cache.logs(time.Now())
	if err := s.cache.sweep(); err != nil {
		return Result{}, &Error{Step: "clean", Err: err, Fix: "remove " + filepath.Join(s.cache.dir, "tmp") + " by hand"}
	}
	defer func() { _ = s.cache.sweepTemp() }()
	return make(ctx)
}

func (s *setup) lock(ctx context.Context) (unlock func(), err error) {
	unlock, err = flock(ctx, s.cache.lockFile(), func() {
		_ = s.steps.Do(ctx, "wait", func(w *step.Step) error {
			w.Note("another setup is at work in %s; waiting for it", s.cache.dir)
			return nil
		})
	})
	if err != nil {
		return nil, &Error{Step: "wait", Err: err, Fix: "run it again when the other setup has ended"}
	}
	return unlock, nil
}

// make finds or makes the base and then its packages.
func (s *setup) make(ctx context.Context) (Result, error) {
	m, dir, err := s.base(ctx)
	if err != nil {
		return Result{}, err
	}
	// From here on the Python itself is of use: a later failure costs no rebuild.
	if err := m.Write(dir); err != nil {
		return Result{}, &Error{Step: "record", Err: err}
	}
	if m, err = s.packages(ctx, m, dir); err != nil {
		return Result{}, err
	}
	return Result{Python: m.Python, Base: m.Base, Dir: dir}, nil
}

// base is the interpreter to make the virtual environment from.
func (s *setup) base(ctx context.Context) (locate.Manifest, string, error) {
	if s.explicit() {
		return s.chosen(ctx)
	}
	ways := []func(context.Context) (locate.Manifest, string, error){s.existing, s.uv, s.source}
	if s.GIL || s.Build {
		ways = []func(context.Context) (locate.Manifest, string, error){s.made, s.source}
	}
	var err error
	for _, way := range ways {
		var m locate.Manifest
		var dir string
		if m, dir, err = way(ctx); err == nil {
			return m, dir, nil
		}
		if !step.Skipped(err) {
			return locate.Manifest{}, "", err
		}
	}
	return locate.Manifest{}, "", &Error{Step: "python", Err: err, Fix: elsewhere}
}

// elsewhere is the way out where no step can make a Python.
const elsewhere = "install a free-threaded Python 3.13 with a shared library (uv python install 3.13t; " +
	"dnf install python3.13-freethreading; brew install python-freethreading) and run it again, " +
	"or name one in SNAKEPIT_PYTHON"

func (s *setup) explicit() bool {
	return s.Python != "" || !s.GIL && !s.Build && (s.getenv("SNAKEPIT_PYTHON") != "" || s.getenv("SNAKEPIT_LIBPYTHON") != "")
}

// supported says that there is a lock for the interpreter.
func supported(p locate.Python) bool {
	_, ok := locks.For(p)
	return ok
}
