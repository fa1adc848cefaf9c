package auto

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/gosnakepit/snakepit/processprofile"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/provision/locate"
	"github.com/gosnakepit/snakepit/provision/vet"
)

// Config configures the profile. The zero value chooses by the Python of this machine
// and has no adapter.
type Config struct {
	// Adapter is what offers the pool's tools: "module:Class" or "module".
	Adapter string
	// Path are folders to put in front of sys.path.
	Path []string
	// Libraries are modules that the adapter imports, now or later. Open imports them in
	// a child of the free-threaded Python: if one is missing there, fails or turns the GIL
	// on, the pool runs in child processes.
	Libraries []string

	// ThreadPython is the Python for the thread profile, as in threadprofile.Config;
	// "" finds one.
	ThreadPython string
	// Shared and Inline are those of threadprofile.Config.
	Shared, Inline bool

	// Process has the settings of the process profile that are not above: its Adapter,
	// Path, Stdout and Stderr are taken from here and must be left out.
	Process processprofile.Config

	// Stdout and Stderr get what Python prints, whole lines at a time; nil is the
	// default of the profile that was chosen.
	Stdout, Stderr io.Writer
}

// New returns the profile that is the thread profile if there is a free-threaded Python
// that the libraries leave without its GIL, and the process profile otherwise. The
// thread profile refuses imports that turn the GIL on (threadprofile.GILRefuse); if
// that hits the adapter itself, the process profile is taken too. Other errors, such as
// that of an adapter that cannot be imported, are final. Nothing is loaded before Open.
func New(c Config) profile.Profile {
	return checked{c, profile.Fallback(inProcess{c}, processprofile.New(c.process()))}
}

func (c Config) process() processprofile.Config {
	p := c.Process
	p.Adapter, p.Path, p.Stdout, p.Stderr = c.Adapter, c.Path, c.Stdout, c.Stderr
	return p
}

// validate names the first setting that is given twice.
func (c Config) validate() error {
	p := c.Process
	for _, f := range []struct {
		name string
		set  bool
	}{{"Adapter", p.Adapter != ""}, {"Path", p.Path != nil}, {"Stdout", p.Stdout != nil}, {"Stderr", p.Stderr != nil}} {
		if f.set {
			return fmt.Errorf("snakepit: auto.Config.Process.%s: leave it out and set auto.Config.%[1]s, which is for both profiles", f.name)
		}
	}
	return nil
}

// checked is a choice whose configuration is validated in Open.
type checked struct {
	config Config
	choice profile.Profile
}

// Open implements profile.Profile.
func (c checked) Open(ctx context.Context, spec profile.Spec) (profile.Instance, error) {
	in, _, err := c.OpenChosen(ctx, spec)
	return in, err
}

// OpenChosen implements profile.Chooser.
func (c checked) OpenChosen(ctx context.Context, spec profile.Spec) (profile.Instance, profile.Choice, error) {
	if err := c.config.validate(); err != nil {
		return nil, profile.Choice{}, err
	}
	return profile.Open(ctx, c.choice, spec)
}

// inProcess is the thread profile where nothing speaks against it, and unavailable
// elsewhere.
type inProcess struct{ config Config }

// Open implements profile.Profile.
func (p inProcess) Open(ctx context.Context, spec profile.Spec) (profile.Instance, error) {
	in, _, err := p.OpenChosen(ctx, spec)
	return in, err
}

// OpenChosen implements profile.Chooser.
func (p inProcess) OpenChosen(ctx context.Context, spec profile.Spec) (profile.Instance, profile.Choice, error) {
	if !hasThreads {
		return nil, profile.Choice{}, unavailable(errors.New("this program was built without cgo"))
	}
	python, err := p.fit(ctx)
	if err != nil {
		return nil, profile.Choice{}, err
	}
	in, err := openThreads(ctx, p.config, spec)
	if err != nil {
		return nil, profile.Choice{}, err
	}
	return in, profile.Choice{Reason: p.why(python)}, nil
}

// fit finds the free-threaded Python, and tries the libraries in it.
func (p inProcess) fit(ctx context.Context) (locate.Python, error) {
	python, _, err := locate.Find(ctx, locate.Options{Python: p.config.ThreadPython})
	var missing *locate.NotFoundError
	switch {
	case errors.As(err, &missing):
		return python, unavailable(errors.New("there is no free-threaded Python on this machine (run snakepit setup to make one)"))
	case ctx.Err() != nil:
		return python, ctx.Err()
	case err != nil:
		return python, unavailable(err)
	case !python.FreeThreaded:
		return python, unavailable(fmt.Errorf("%s was chosen, and calls in it would not run in parallel", python))
	}
	err = vet.Imports(ctx, python, p.config.Path, p.config.Libraries)
	if ctx.Err() != nil {
		return python, ctx.Err()
	}
	if err != nil {
		return python, unavailable(fmt.Errorf("in free-threaded Python %s, %w", python.Version, err))
	}
	return python, nil
}

// why is the reason for the thread profile.
func (p inProcess) why(python locate.Python) string {
	reason := fmt.Sprintf("Python %s is free-threaded", python.Version)
	if len(p.config.Libraries) > 0 {
		reason += ", and leaves the GIL off with " + strings.Join(p.config.Libraries, ", ")
	}
	return reason
}

func unavailable(err error) error {
	return fmt.Errorf("%w: %w", profile.ErrUnavailable, err)
}
