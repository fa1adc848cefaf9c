package provision

import (
	"context"
	"os"
	"path/filepath"
	"slices"

	"github.com/gosnakepit/snakepit/provision/locate"
	"github.com/gosnakepit/snakepit/provision/locks"
)

// record is a manifest and the folder it is in.
type record struct {
	locate.Manifest
	dir string
}

// ready returns what an earlier set-up made, when it fits and nothing is
// missing. It starts no child and needs no lock.
func (s *setup) ready(ctx context.Context) (Result, bool) {
	for _, r := range s.fitting(ctx) {
		if s.complete(r.Manifest) {
			return Result{Python: r.Python, Base: r.Base, Dir: r.dir, Reused: true}, true
		}
	}
	return Result{}, false
}

// fitting lists the records of Pythons that were asked for, the preferred
// first.
func (s *setup) fitting(ctx context.Context) []record {
	fits := s.wanted
	if s.explicit() {
		p, _, err := s.find(ctx, s.locateOptions())
		if err != nil {
			return nil
		}
		fits = func(m locate.Manifest) bool { return m.Python.Library == p.Library }
	}
	all := slices.DeleteFunc(s.cache.records(), func(r record) bool { return !r.Fresh() || !fits(r.Manifest) })
	slices.SortFunc(all, func(a, b record) int { return locate.Compare(a.Python, b.Python) })
	return all
}

func (s *setup) wanted(m locate.Manifest) bool {
	built := len(m.Options) > 0
	return m.Python.FreeThreaded != s.GIL && supported(m.Python) && (built || !s.Build && !s.GIL)
}

// complete says that the virtual environment is there and filled from the lock
// that this program carries.
func (s *setup) complete(m locate.Manifest) bool {
	lock, ok := locks.For(m.Python)
	if !ok {
		return s.explicit() // there is nothing to install
	}
	return m.Python.Venv != "" && m.LockHash == lock.Hash()
}

func (c cache) records() []record { return recordsIn(locate.PythonsDir(c.dir)) }

func recordsIn(parent string) []record {
	var all []record
	entries, _ := os.ReadDir(parent)
	for _, e := range entries {
		dir := filepath.Join(parent, e.Name())
		if m, err := locate.ReadManifest(dir); err == nil {
			all = append(all, record{m, dir})
		}
	}
	return all
}

func (s *setup) locateOptions() locate.Options {
	return locate.Options{Python: s.Python, AllowGIL: s.GIL, CacheDir: s.cache.dir}
}
