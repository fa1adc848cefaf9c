package provision

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/gosnakepit/snakepit/provision/internal/step"
	"github.com/gosnakepit/snakepit/provision/locate"
)

// chosen prepares the interpreter that the user named.
func (s *setup) chosen(ctx context.Context) (locate.Manifest, string, error) {
	var m locate.Manifest
	var dir string
	err := s.steps.Do(ctx, "find", func(st *step.Step) (err error) {
		p, _, err := s.find(ctx, s.locateOptions())
		if err != nil {
			return st.Fail(err, "name a Python of 3.13 or newer that has a shared library")
		}
		if !supported(p) {
			st.Note("no packages are locked for %s: it is prepared without any", p.ABI())
		}
		st.Result("%s", p)
		m, dir, err = s.adopt(p)
		return err
	})
	return m, dir, err
}

// existing takes a fitting Python of this machine or of the cache.
func (s *setup) existing(ctx context.Context) (locate.Manifest, string, error) {
	var m locate.Manifest
	var dir string
	err := s.steps.Do(ctx, "find", func(st *step.Step) (err error) {
		p, _, err := s.find(ctx, s.locateOptions())
		if missing := (*locate.NotFoundError)(nil); errors.As(err, &missing) {
			return step.Skip("no free-threaded Python on this machine")
		}
		if err != nil {
			return err
		}
		if !supported(p) {
			return step.Skip("%s has no locked packages", p)
		}
		if err := s.verify(ctx, st, p.Executable, foundModules, nil); err != nil {
			return step.Skip("%s cannot be used: %v", p, errors.Unwrap(err))
		}
		if old(p) {
			st.Note("Python %s keeps freed lists alive; 3.13.6 or newer does not", p.Version)
		}
		st.Result("%s (%s)", p, p.Source)
		m, dir, err = s.adopt(p)
		return err
	})
	return m, dir, err
}

// old says that the release holds on to the memory of big lists
// (python/cpython issue 136480).
func old(p locate.Python) bool {
	return p.FreeThreaded && p.Minor == 13 && p.Micro < 6
}

// made takes a build that an earlier set-up left without its packages.
func (s *setup) made(ctx context.Context) (locate.Manifest, string, error) {
	for _, r := range s.fitting(ctx) {
		return r.Manifest, r.dir, nil
	}
	return locate.Manifest{}, "", step.Skip("there is no such build in the cache")
}

// adopt records an interpreter that is on the machine already. One from the
// cache keeps the record it has.
func (s *setup) adopt(p locate.Python) (locate.Manifest, string, error) {
	for _, r := range s.cache.records() {
		if r.Fresh() && r.Python.Library == p.Library {
			return r.Manifest, r.dir, nil
		}
	}
	if real, err := filepath.EvalSymlinks(p.Executable); err == nil {
		p.Executable, p.Venv = real, ""
	}
	m, err := locate.NewManifest(p)
	return m, s.cache.python(fmt.Sprintf("found-%s-%s", p.ABI(), digest(p.Library))), err
}
