package locate

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// candidate is one Python that a locator points at. known is set when setup's
// record spares the inspection.
type candidate struct {
	path  string
	known *Python
}

// locator is one way to find Pythons: where it looks, in words, and what is
// there. It must be cheap and start nothing.
type locator struct {
	step string
	find func(*search) (looked string, found []candidate)
}

// steps is the order in which Find looks.
var steps = []locator{
	{"active venv", activeVenv},
	{"cache", cached},
	{"project venv", projectVenv},
	{"path", onPath},
	{"pyenv", pyenv},
	{"uv", uv},
	{"homebrew", homebrew},
	{"framework", framework},
	{"distribution", distribution},
	{"opt", opt},
}

// search is one run of Find.
type search struct {
	machine
	Options
	cacheDir string
	library  string // the explicit libpython that goes with an explicit python
	attempts []Attempt

	allowFreeThreaded bool // of FindProcess
}

func newSearch(m machine, o Options) *search {
	s := &search{machine: m, Options: o, cacheDir: o.CacheDir}
	if s.cacheDir == "" {
		s.cacheDir, _ = DefaultCacheDir() // without a home there is no cache
	}
	return s
}

// Find returns the Python to use, and where it looked. The error is an
// *UnusableError for an explicit choice that does not do, or a *NotFoundError.
func Find(ctx context.Context, o Options) (Python, []Attempt, error) {
	return find(ctx, thisMachine(), o)
}

func find(ctx context.Context, m machine, o Options) (Python, []Attempt, error) {
	s := newSearch(m, o)
	if c, ok := s.chosen(); ok {
		p, err := s.take(ctx, c)
		return p, s.attempts, err
	}
	p, ok := s.run(ctx)
	if err := ctx.Err(); err != nil && !ok {
		return Python{}, s.attempts, err
	}
	if !ok {
		return Python{}, s.attempts, &NotFoundError{AllowGIL: o.AllowGIL, Attempts: s.attempts}
	}
	return p, s.attempts, nil
}

// run takes the first step with a free-threaded Python. A build with the GIL,
// where one is allowed, is the fallback when no step has any.
func (s *search) run(ctx context.Context) (Python, bool) {
	var fallback *Python
	for _, l := range steps {
		p, ok := s.try(ctx, l)
		if ok && p.FreeThreaded {
			return p, true
		}
		if ok && fallback == nil {
			fallback = &p
		}
	}
	if fallback == nil {
		return Python{}, false
	}
	return *fallback, true
}

// try runs one step and returns the best Python of its candidates.
func (s *search) try(ctx context.Context, l locator) (Python, bool) {
	looked, found := l.find(s)
	var good []Python
	var outcomes []string
	for _, c := range found {
		p, err := s.examine(ctx, c)
		if err != nil {
			outcomes = append(outcomes, fmt.Sprintf("%s: %v", c.path, err))
			continue
		}
		p.Source = l.step
		good = append(good, p)
	}
	if len(found) == 0 {
		outcomes = []string{"none there"}
	}
	if len(good) == 0 {
		s.note(l.step, looked, strings.Join(outcomes, "; "))
		return Python{}, false
	}
	best := slices.MinFunc(good, Compare)
	s.note(l.step, looked, "found "+best.String())
	return best, true
}

// examine says what a candidate is, and refuses what was not asked for.
func (s *search) examine(ctx context.Context, c candidate) (Python, error) {
	if c.known != nil {
		return *c.known, s.suits(*c.known)
	}
	if script, _ := isScript(c.path); script {
		return Python{}, reject("is a script (a version manager's shim?); name it in SNAKEPIT_PYTHON to have it asked")
	}
	p, err := s.inspect(ctx, c.path)
	if err != nil {
		return Python{}, err
	}
	return p, s.suits(p)
}

func (s *search) suits(p Python) error {
	if err := recent(p); err != nil {
		return err
	}
	if !p.FreeThreaded && !s.AllowGIL {
		return reject("is Python %s with the GIL", p.Version)
	}
	return nil
}

// recent refuses what is too old to be embedded at all.
func recent(p Python) error {
	if p.Major != 3 || p.Minor < 13 {
		return reject("is Python %s, and 3.13 is the oldest that can be embedded", p.Version)
	}
	return nil
}

func (s *search) note(step, looked, outcome string) {
	s.attempts = append(s.attempts, Attempt{Step: step, Looked: looked, Outcome: outcome})
}

// glob lists the files that match any of the patterns, without duplicates that
// lead to the same place.
func glob(patterns ...string) []candidate {
	var found []candidate
	seen := map[string]bool{}
	for _, pattern := range patterns {
		paths, _ := filepath.Glob(pattern)
		for _, path := range paths {
			real, err := filepath.EvalSymlinks(path)
			if err != nil || seen[real] || !isFile(real) {
				continue
			}
			seen[real] = true
			found = append(found, candidate{path: path})
		}
	}
	return found
}
