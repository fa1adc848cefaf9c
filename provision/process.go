package provision

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/gosnakepit/snakepit/provision/internal/step"
	"github.com/gosnakepit/snakepit/provision/locate"
	"github.com/gosnakepit/snakepit/provision/locks"
)

// baseModules are those without which no virtual environment with packages can be
// made.
var baseModules = []string{"venv", "ensurepip", "ssl", "ctypes", "zlib"}

// anotherPython is the way out where no Python of the machine does.
const anotherPython = "install Python 3.10 or newer with its venv module (apt-get install python3-venv; " +
	"dnf install python3; brew install python) and run it again, or name one in SNAKEPIT_PROCESS_PYTHON"

// processReady returns the newest Python that an earlier set-up prepared for the
// process profile, or the chosen one's. It starts no child, unless to ask a choice
// which Python it is.
func (s *setup) processReady(ctx context.Context) (Result, bool) {
	all := recordsIn(locate.ProcessDir(s.cache.dir))
	chosen := s.Python != "" || s.getenv("SNAKEPIT_PROCESS_PYTHON") != ""
	var base string
	if chosen {
		found, _, err := s.bases(ctx, s.processOptions())
		if err != nil {
			return Result{}, false
		}
		base = found[0].Executable
	}
	slices.SortFunc(all, func(a, b record) int {
		return cmp.Or(cmp.Compare(b.Python.Minor, a.Python.Minor), cmp.Compare(b.Python.Micro, a.Python.Micro))
	})
	for _, r := range all {
		if r.Fresh() && s.complete(r.Manifest) && r.Python.Venv != "" && (!chosen || r.Base == base) {
			return Result{Python: r.Python, Base: r.Base, Dir: r.dir, Reused: true}, true
		}
	}
	return Result{}, false
}

// makeProcess takes a Python of this machine and makes an environment of it.
func (s *setup) makeProcess(ctx context.Context) (Result, error) {
	p, err := s.processBase(ctx)
	if err != nil {
		return Result{}, err
	}
	p.Source = "cache"
	m, err := locate.NewManifest(p)
	if err != nil {
		return Result{}, &Error{Step: "record", Err: err}
	}
	dir := filepath.Join(locate.ProcessDir(s.cache.dir), fmt.Sprintf("cpython-%s-%s", p.ABI(), digest(p.Executable)))
	if err := m.Write(dir); err != nil {
		return Result{}, &Error{Step: "record", Err: err}
	}
	if m, err = s.packages(ctx, m, dir); err != nil {
		return Result{}, err
	}
	return Result{Python: m.Python, Base: m.Base, Dir: dir}, nil
}

// processBase is the first Python of this machine that can make environments and
// has locked packages.
func (s *setup) processBase(ctx context.Context) (locate.Python, error) {
	var chosen locate.Python
	err := s.steps.Do(ctx, "find", func(st *step.Step) error {
		found, _, err := s.bases(ctx, s.processOptions())
		if err != nil {
			return st.Fail(err, anotherPython)
		}
		for _, p := range found {
			why := s.unfit(ctx, st, p)
			if why == nil {
				st.Result("%s (%s)", p, p.Source)
				chosen = p
				return nil
			}
			if ctx.Err() != nil {
				return why
			}
			err = fmt.Errorf("%s cannot be used: %w", p, why)
			st.Note("%v", err)
		}
		return st.Fail(err, anotherPython)
	})
	return chosen, err
}

// unfit says why an interpreter does not do.
func (s *setup) unfit(ctx context.Context, st *step.Step, p locate.Python) error {
	if !supported(p) {
		return fmt.Errorf("no packages are locked for %s", p.ABI())
	}
	lacking, err := s.lacking(ctx, st, p.Executable, baseModules, nil)
	if err == nil && lacking != "" {
		err = fmt.Errorf("it lacks modules of the standard library: %s", lacking)
	}
	return err
}

func (s *setup) processOptions() locate.ProcessOptions {
	return locate.ProcessOptions{Python: s.Python, CacheDir: s.cache.dir}
}

// Tool returns the python of a virtual environment that holds a tool of this
// project's development and nothing else, and makes it when it is missing. It
// belongs to no profile: programs never see it. Of the options CacheDir, Python
// and Progress count; the lock must serve every Python that ProcessBases may find.
func Tool(ctx context.Context, o Options, name string, lock locks.Lock) (python string, err error) {
	return tool(ctx, o, thisHost(), name, lock)
}

func tool(ctx context.Context, o Options, h host, name string, lock locks.Lock) (string, error) {
	s, err := newSetup(o, h)
	if err != nil {
		return "", err
	}
	venv := filepath.Join(s.cache.dir, "tools", name+"-"+lock.Hash()[:8])
	r, err := s.once(ctx, func(context.Context) (Result, bool) {
		return Result{Base: filepath.Join(venv, "bin", "python")}, filled(venv)
	}, func(ctx context.Context) (Result, error) {
		p, err := s.processBase(ctx)
		if err != nil {
			return Result{}, err
		}
		return Result{Base: filepath.Join(venv, "bin", "python")}, s.fill(ctx, p.Executable, venv, lock)
	})
	return r.Base, err
}
