package locate

import (
	"context"
	"slices"
	"strings"
)

// ProcessOptions says which Python FindProcess may return. The zero value asks
// for the best of this machine.
type ProcessOptions struct {
	// Python is an explicit choice: an interpreter, a virtual environment's python
	// or folder, or a name on PATH. It wins over SNAKEPIT_PROCESS_PYTHON.
	Python string
	// CacheDir is the folder that setup fills; empty means DefaultCacheDir.
	CacheDir string
	// AllowFreeThreaded accepts a free-threaded Python. Its GIL comes on when the
	// worker imports grpcio.
	AllowFreeThreaded bool
}

// processSteps is the order in which FindProcess looks.
var processSteps = []locator{
	{"active venv", activeVenv},
	{"cache", func(s *search) (string, []candidate) { return recordedIn(ProcessDir(s.cacheDir)) }},
	{"path", pythonsOnPath},
}

// FindProcess returns the interpreter for workers of the process profile, Python
// 3.10 or newer with grpcio and protobuf, and where it looked. An explicit choice
// is binding; without one an activated virtual environment, what setup made and
// PATH are asked in this order. It starts no child, save for a choice whose files
// do not tell. The error is an *UnusableError for a choice that does not do, or a
// *NotFoundError.
func FindProcess(ctx context.Context, o ProcessOptions) (Python, []Attempt, error) {
	return findProcess(ctx, thisMachine(), o)
}

func findProcess(ctx context.Context, m machine, o ProcessOptions) (Python, []Attempt, error) {
	s := newProcessSearch(m, o)
	if c, ok := s.chosenProcess(); ok {
		p, err := s.takeProcess(ctx, c)
		return p, s.attempts, err
	}
	for _, l := range processSteps {
		if good := s.tryProcess(ctx, l, s.serves, nil); len(good) > 0 {
			return good[0], s.attempts, nil
		}
	}
	if err := ctx.Err(); err != nil {
		return Python{}, s.attempts, err
	}
	return Python{}, s.attempts, &NotFoundError{Process: true, Attempts: s.attempts}
}

func newProcessSearch(m machine, o ProcessOptions) *search {
	s := newSearch(m, Options{Python: o.Python, CacheDir: o.CacheDir})
	s.allowFreeThreaded = o.AllowFreeThreaded
	return s
}

// chosenProcess returns the caller's choice, or else the environment's.
func (s *search) chosenProcess() (choice, bool) {
	if s.Python != "" {
		return choice{name: "Options.Python", python: s.Python}, true
	}
	python := s.getenv(processVariable)
	return choice{name: processVariable, python: python}, python != ""
}

const processVariable = "SNAKEPIT_PROCESS_PYTHON"

// takeProcess uses the chosen Python, or the virtual environment that setup made
// from it, or says why neither can be.
func (s *search) takeProcess(ctx context.Context, c choice) (Python, error) {
	p, err := s.inspectInterpreter(ctx, c.python)
	if err == nil {
		err = s.usable(p)
	}
	if err == nil {
		p, err = s.equipped(ctx, p)
	}
	if err != nil {
		s.note(c.name, c.python, err.Error())
		return Python{}, &UnusableError{Choice: c.name, Path: c.python, Err: err}
	}
	p.Source = c.name
	s.note(c.name, c.python, "found "+p.String())
	return p, nil
}

// equipped is p where it has what a worker needs, or setup's environment of it.
func (s *search) equipped(ctx context.Context, p Python) (Python, error) {
	absent := s.lacks(p)
	if len(absent) == 0 {
		return p, nil
	}
	if p.Venv == "" {
		for _, m := range manifestsIn(ProcessDir(s.cacheDir)) {
			if m.Fresh() && sameFile(m.Base, p.Executable) && len(s.lacks(m.Python)) == 0 {
				return m.Python, nil
			}
		}
	}
	if imports(ctx, p.Executable) {
		return p, nil
	}
	return Python{}, absence(p, absent)
}

func absence(p Python, absent []string) error {
	if p.Venv != "" {
		return reject("lacks %s: run %s -m pip install %s", strings.Join(absent, " and "), p.Executable, strings.Join(absent, " "))
	}
	return reject("lacks %s: run snakepit setup --profile process --python %s", strings.Join(absent, " and "), p.Executable)
}

// tryProcess runs one step and returns the Pythons of its candidates that do, in
// the given order or, without one, the step's.
func (s *search) tryProcess(ctx context.Context, l locator, do func(context.Context, candidate) (Python, error), order func(p, q Python) int) []Python {
	looked, found := l.find(s)
	var good []Python
	var refused refusals
	for _, c := range found {
		p, err := do(ctx, c)
		if err != nil {
			refused.add(c.path, err)
			continue
		}
		p.Source = l.step
		good = append(good, p)
	}
	if order != nil {
		slices.SortStableFunc(good, order)
	}
	switch {
	case len(good) > 0:
		s.note(l.step, looked, "found "+good[0].String())
	case len(found) == 0:
		s.note(l.step, looked, "none there")
	default:
		s.note(l.step, looked, refused.String())
	}
	return good
}

// refusals are candidates by the reason why they do not do.
type refusals struct {
	reasons []string
	paths   map[string][]string
}

func (r *refusals) add(path string, err error) {
	if r.paths == nil {
		r.paths = map[string][]string{}
	}
	if r.paths[err.Error()] == nil {
		r.reasons = append(r.reasons, err.Error())
	}
	r.paths[err.Error()] = append(r.paths[err.Error()], path)
}

// String names each reason once.
func (r *refusals) String() string {
	var all []string
	for _, reason := range r.reasons {
		all = append(all, strings.Join(r.paths[reason], ", ")+": "+reason)
	}
	return strings.Join(all, "; ")
}

// serves says what a candidate is, and refuses one that a worker cannot run on.
func (s *search) serves(ctx context.Context, c candidate) (Python, error) {
	p, err := s.interpreterOf(ctx, c)
	if err != nil {
		return Python{}, err
	}
	if absent := s.lacks(p); len(absent) > 0 {
		return Python{}, absence(p, absent)
	}
	return p, nil
}

func (s *search) interpreterOf(ctx context.Context, c candidate) (Python, error) {
	if c.known != nil {
		return *c.known, s.usable(*c.known)
	}
	if script, _ := isScript(c.path); script {
		return Python{}, reject("is a script (a version manager's shim?); name it in %s to have it asked", processVariable)
	}
	p, err := s.inspectInterpreter(ctx, c.path)
	if err != nil {
		return Python{}, err
	}
	return p, s.usable(p)
}

// usable refuses what is too old, and a free-threaded Python unless it is allowed.
func (s *search) usable(p Python) error {
	switch {
	case p.Major != 3 || p.Minor < 10:
		return reject("is Python %s, and 3.10 is the oldest that workers run on", p.Version)
	case p.FreeThreaded && !s.allowFreeThreaded:
		return reject("is free-threaded: grpcio and protobuf turn its GIL on when they are imported, and have no wheels for 3.13t; " +
			"name a Python with the GIL, or allow this one (AllowFreeThreaded)")
	}
	return nil
}
