package embed

import (
	"fmt"
	"io"
	"log/slog"
	"reflect"
	"slices"

	"github.com/gosnakepit/snakepit/provision/locate"
)

// GILPolicy says what to do about an import that turns the GIL back on, which
// ends all parallelism in the process for good.
type GILPolicy int

// The policies.
const (
	// GILWarn logs and counts it.
	GILWarn GILPolicy = iota
	// GILFail refuses to import such a module: each one that Snakepit is asked to
	// import is tried in a child process first. Imports that Python code makes by
	// itself are beyond its reach, and only reported.
	GILFail
	// GILRefuse does as GILFail does, and refuses at Open a Python that has the GIL
	// on from the start.
	GILRefuse
)

// Config is what [Open] needs to know. All users of the interpreter share it; the
// first decides, and a later one that contradicts it is refused.
type Config struct {
	Python  string   // python, or virtual environment, to use; "" finds one
	Library string   // libpython to load; "" finds the one that belongs to Python
	Path    []string // folders put in front of sys.path; each user may add some

	// Stdout and Stderr get what Python prints, whole lines at a time. nil leaves
	// it on the process's own. Writes come from any goroutine, one at a time each.
	Stdout, Stderr io.Writer

	GIL GILPolicy
	// OnGIL, if set, is called once when the GIL comes on, from any goroutine,
	// detached from Python.
	OnGIL func(GILEvent)

	Logger *slog.Logger // nil: slog.Default()
}

// wantsOther says that c asks for another Python than the one that runs.
func (c Config) wantsOther(first Config, runs locate.Python) error {
	switch {
	case c.Library != "" && c.Library != runs.Library:
		return fmt.Errorf("snakepit: this process runs %s already; Library asks for %s, and only one fits in a process", runs.Library, c.Library)
	case !slices.Contains([]string{"", first.Python, runs.Executable, runs.Venv}, c.Python):
		return fmt.Errorf("snakepit: this process runs %s already; Python asks for %s, and only one fits in a process", runs.Executable, c.Python)
	}
	return nil
}

// contradicts says why c cannot share an interpreter with a user who asked for first.
func (c Config) contradicts(first Config, runs locate.Python) error {
	if err := c.wantsOther(first, runs); err != nil {
		return err
	}
	switch {
	case c.GIL != GILWarn && first.GIL == GILWarn:
		return fmt.Errorf("snakepit: GIL asks that imports which turn the GIL on be refused, but the process's Python was started with GILWarn; open the stricter runtime first")
	case !same(c.Stdout, first.Stdout), !same(c.Stderr, first.Stderr):
		return fmt.Errorf("snakepit: Stdout and Stderr are the process's, and another runtime set them first; leave them nil or use the same ones")
	}
	return nil
}

// same reports whether a writer that was asked for, if any, is the one in use.
func same(asked, used io.Writer) bool {
	return asked == nil || reflect.ValueOf(asked).Comparable() && asked == used
}

func (c Config) logger() *slog.Logger {
	if c.Logger != nil {
		return c.Logger
	}
	return slog.Default()
}
