package threadprofile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/gosnakepit/snakepit/embed"
	"github.com/gosnakepit/snakepit/profile"
)

// Config configures the profile. The zero value finds a Python by itself and has
// no adapter. What belongs to the interpreter (all but Adapter, Shared, Pinned and Inline)
// is the whole process's: pools must not contradict each other.
type Config struct {
	// Adapter is what offers the pool's tools: "module:Class", whose public methods
	// they are, or "module", whose public functions they are.
	Adapter string
	// Shared makes the workers share one adapter. By default each worker runs the
	// adapter's module in a namespace of its own, so that calls on different workers
	// do not contend for its variables.
	Shared bool
	// Pinned gives each worker an OS thread of its own, where all its calls run, and where
	// its adapter is made and closed: for code that keeps something for the thread, as COM,
	// event loops and some drivers do. An adapter asks for the same with thread_affinity =
	// True. A call costs 10 to 100 µs more. What asyncio or threads of Python's call within
	// a call runs on those threads.
	Pinned bool
	// Inline runs every call on the caller's own thread, which saves calls whose context can
	// end half a microsecond. When it ends the call returns only at Python's next bytecode,
	// and a call that is stuck keeps its caller and its worker until it ends.
	Inline bool

	Python  string   // python executable or virtual environment; "" finds one
	Library string   // libpython; "" finds the one that belongs to Python
	Path    []string // folders to put in front of sys.path

	// Stdout and Stderr get what Python prints, whole lines at a time; nil leaves
	// it on the process's own. See SlogWriter for a logger.
	Stdout, Stderr io.Writer

	GIL   GILPolicy      // what to do about imports that turn the GIL on
	OnGIL func(GILEvent) // called once when the GIL comes on, from any goroutine
}

// GILEvent says that the GIL came on, and which modules did it.
type GILEvent = embed.GILEvent

// GILPolicy says what to do about an import that turns the GIL on.
type GILPolicy = embed.GILPolicy

// The policies; see package embed.
const (
	GILWarn   = embed.GILWarn
	GILFail   = embed.GILFail
	GILRefuse = embed.GILRefuse
)

// New returns the profile. Nothing is loaded before Open.
func New(c Config) profile.Profile { return &thread{config: c} }

type thread struct{ config Config }

func (c Config) validate() error {
	if c.GIL < GILWarn || c.GIL > GILRefuse {
		return fmt.Errorf("snakepit: threadprofile.Config.GIL: %d is no policy", c.GIL)
	}
	module, class, hasClass := strings.Cut(c.Adapter, ":")
	if c.Adapter != "" && (module == "" || hasClass && class == "") {
		return fmt.Errorf("snakepit: threadprofile.Config.Adapter: %q is neither \"module\" nor \"module:Class\"", c.Adapter)
	}
	if c.Shared && c.Pinned {
		return errors.New("snakepit: threadprofile.Config.Pinned: workers with threads of their own cannot share an adapter; leave out Shared")
	}
	if c.Shared && c.Adapter == "" {
		return errors.New("snakepit: threadprofile.Config.Shared: set without an Adapter to share")
	}
	return nil
}

// Open implements profile.Profile.
func (t *thread) Open(ctx context.Context, spec profile.Spec) (profile.Instance, error) {
	if err := t.config.validate(); err != nil {
		return nil, err
	}
	python, err := embed.Open(ctx, t.config.embed(spec))
	if err != nil {
		return nil, unavailable(err)
	}
	in := newInstance(t.config, spec, python)
	in.enlist()
	if err := in.limitThreads(); err != nil {
		return nil, errors.Join(err, in.Close(context.WithoutCancel(ctx)))
	}
	internNames()
	if err := in.start(ctx); err != nil {
		return nil, errors.Join(err, in.Close(context.WithoutCancel(ctx)))
	}
	return in, nil
}

func (c Config) embed(spec profile.Spec) embed.Config {
	return embed.Config{
		Python: c.Python, Library: c.Library, Path: c.Path,
		Stdout: c.Stdout, Stderr: c.Stderr, GIL: c.GIL, OnGIL: c.OnGIL, Logger: spec.Logger,
	}
}

func unavailable(err error) error {
	var u *embed.UnavailableError
	if errors.As(err, &u) {
		return fmt.Errorf("%w: %w", profile.ErrUnavailable, err)
	}
	return err
}
