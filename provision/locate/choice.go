package locate

import "context"

// choice is an explicit word on which Python to use.
type choice struct {
	name    string // where it was said
	python  string
	library string
}

// chosen returns the caller's choice, or else the environment's.
func (s *search) chosen() (choice, bool) {
	said := []struct{ pythonName, libraryName, python, library string }{
		{"Options.Python", "Options.Library", s.Python, s.Library},
		{"SNAKEPIT_PYTHON", "SNAKEPIT_LIBPYTHON", s.getenv("SNAKEPIT_PYTHON"), s.getenv("SNAKEPIT_LIBPYTHON")},
	}
	for _, w := range said {
		switch {
		case w.python != "":
			return choice{name: w.pythonName, python: w.python, library: w.library}, true
		case w.library != "":
			return choice{name: w.libraryName, python: w.library}, true
		}
	}
	return choice{}, false
}

// take uses the chosen Python or says why it cannot be.
func (s *search) take(ctx context.Context, c choice) (Python, error) {
	p, err := s.inspectChoice(ctx, c)
	if err == nil {
		err = recent(p)
	}
	if err != nil {
		s.note(c.name, c.python, err.Error())
		return Python{}, &UnusableError{Choice: c.name, Path: c.python, Err: err}
	}
	p.Source = c.name
	s.note(c.name, c.python, "found "+p.String())
	return p, nil
}

func (s *search) inspectChoice(ctx context.Context, c choice) (Python, error) {
	if c.library == "" {
		return s.inspect(ctx, c.python)
	}
	library, err := s.absolute(c.library)
	if err != nil {
		return Python{}, reject("its library %s: %v", c.library, err)
	}
	s.library = library
	return s.inspect(ctx, c.python)
}
