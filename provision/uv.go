package provision

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gosnakepit/snakepit/provision/internal/step"
	"github.com/gosnakepit/snakepit/provision/locate"
)

// uvLimit bounds a download that neither fails nor ends.
const uvLimit = 4 * time.Minute

// uvRequest is the version that uv is asked for.
const uvRequest = "3.13t"

// uv has uv download a Python into the cache. Where that is not possible, the
// step is passed over: there is another way.
func (s *setup) uv(ctx context.Context) (locate.Manifest, string, error) {
	dir := s.cache.python("uv-" + uvRequest)
	var m locate.Manifest
	err := s.steps.Do(ctx, "uv", func(st *step.Step) error {
		limited, cancel := context.WithTimeout(ctx, uvLimit)
		defer cancel()
		p, err := s.uvPython(limited, st, filepath.Join(dir, "install"))
		if ctx.Err() != nil {
			return err
		}
		if err != nil {
			_ = os.RemoveAll(dir)
			return step.Skip("%v", err)
		}
		st.Result("%s", p)
		p.Source = "cache"
		m, err = locate.NewManifest(p)
		return err
	})
	return m, dir, err
}

// uvPython installs and checks. Its error is one line.
func (s *setup) uvPython(ctx context.Context, st *step.Step, into string) (locate.Python, error) {
	uv, err := s.findUV(ctx, st)
	if err != nil {
		return locate.Python{}, err
	}
	c := step.Command{
		Argv: []string{uv, "python", "install", uvRequest},
		Env: []string{
			"UV_PYTHON_INSTALL_DIR=" + into, "UV_PYTHON_INSTALL_BIN=0",
			"UV_HTTP_TIMEOUT=15", "UV_HTTP_RETRIES=0", "UV_NO_PROGRESS=1",
		},
	}
	if err := st.Run(ctx, c); err != nil {
		return locate.Python{}, brief("uv could not download Python "+uvRequest, err)
	}
	found, _ := filepath.Glob(filepath.Join(into, "cpython-*", "bin", "python"+uvRequest))
	if len(found) == 0 {
		return locate.Python{}, errors.New("uv reported success and left no python" + uvRequest)
	}
	p, err := locate.Inspect(ctx, found[0])
	if err != nil {
		return locate.Python{}, err
	}
	return p, s.verify(ctx, st, p.Executable, foundModules, nil)
}

// findUV is the uv on PATH, or one that pip brings for this run only.
func (s *setup) findUV(ctx context.Context, st *step.Step) (string, error) {
	if path, err := s.lookPath("uv"); err == nil {
		return path, nil
	}
	python, err := s.lookPath("python3")
	if err != nil {
		return "", errors.New("there is no uv on this machine, and no Python whose pip could bring it")
	}
	tmp, err := s.cache.temp("uv")
	if err != nil {
		return "", err
	}
	st.Doing("pip fetches uv")
	argv := []string{python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:", "--target", tmp, "uv"}
	if err := st.Run(ctx, step.Command{Argv: argv}); err != nil {
		return "", brief("pip could not bring uv", err)
	}
	return filepath.Join(tmp, "bin", "uv"), nil
}

// brief makes one line of a failed command: what was tried, and the first and
// the last that it said.
func brief(what string, err error) error {
	var e *Error
	if !errors.As(err, &e) || len(e.Output) == 0 {
		return fmt.Errorf("%s: %w", what, err)
	}
	first, last := e.Output[0], e.Output[len(e.Output)-1]
	if first == last {
		return fmt.Errorf("%s: %s", what, first)
	}
	return fmt.Errorf("%s: %s ... %s", what, first, last)
}
