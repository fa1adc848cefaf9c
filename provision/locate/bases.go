package locate

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"
	"strings"
)

// baseSteps is the order in which ProcessBases looks.
var baseSteps = []locator{
	{"active venv", activeVenv},
	{"path", pythonsOnPath},
	{"pyenv", pyenv},
	{"uv", uv},
	{"framework", framework},
	{"distribution", anyDistribution},
}

// anyDistribution offers what packages of the system, or hands, have installed.
func anyDistribution(s *search) (string, []candidate) {
	var looked, patterns []string
	for _, bin := range []string{"usr/bin", "usr/local/bin", "opt/homebrew/bin", "home/linuxbrew/.linuxbrew/bin", "opt/*/bin", "opt/python/*/bin"} {
		looked = append(looked, s.system(bin))
		patterns = append(patterns, filepath.Join(s.system(bin), "python3.1[0-9]"))
	}
	return strings.Join(looked, ", "), glob(patterns...)
}

// ProcessBases lists the interpreters from which a virtual environment for the
// process profile can be made, the preferred first: those of an earlier step, and
// of one step the newest. None is in a virtual environment itself. An explicit
// choice is the only one, or an *UnusableError. Without any the error is a
// *NotFoundError.
func ProcessBases(ctx context.Context, o ProcessOptions) ([]Python, []Attempt, error) {
	return processBases(ctx, thisMachine(), o)
}

func processBases(ctx context.Context, m machine, o ProcessOptions) ([]Python, []Attempt, error) {
	s := newProcessSearch(m, o)
	if c, ok := s.chosenProcess(); ok {
		p, err := s.inspectInterpreter(ctx, c.python)
		if err == nil {
			p, err = s.outsideVenv(p)
		}
		if err != nil {
			s.note(c.name, c.python, err.Error())
			return nil, s.attempts, &UnusableError{Choice: c.name, Path: c.python, Err: err}
		}
		p.Source = c.name
		s.note(c.name, c.python, "found "+p.String())
		return []Python{p}, s.attempts, nil
	}
	var all []Python
	for _, l := range baseSteps {
		good := s.tryProcess(ctx, l, func(ctx context.Context, c candidate) (Python, error) {
			p, err := s.interpreterOf(ctx, c)
			if err != nil {
				return Python{}, err
			}
			return s.outsideVenv(p)
		}, newestFirst)
		for _, p := range good {
			if !slices.ContainsFunc(all, func(q Python) bool { return q.Executable == p.Executable }) {
				all = append(all, p)
			}
		}
	}
	if len(all) == 0 {
		return nil, s.attempts, cmp.Or(ctx.Err(), error(&NotFoundError{Process: true, Attempts: s.attempts}))
	}
	return all, s.attempts, nil
}

// outsideVenv is the interpreter that p's virtual environment was made from.
func (s *search) outsideVenv(p Python) (Python, error) {
	if err := s.usable(p); err != nil || p.Venv == "" {
		return p, err
	}
	base, err := venvBase(p.Executable, p.Venv)
	p.Executable, p.Venv = base, ""
	return p, err
}

func newestFirst(p, q Python) int {
	return cmp.Or(cmp.Compare(q.Minor, p.Minor), cmp.Compare(q.Micro, p.Micro))
}
