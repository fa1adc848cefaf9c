package locate

import "path/filepath"

// activeVenv is the virtual environment that the user has activated. It comes
// before the cache: who activates one expects its packages.
func activeVenv(s *search) (string, []candidate) {
	dir := s.getenv("VIRTUAL_ENV")
	if dir == "" {
		return "VIRTUAL_ENV", nil
	}
	return "VIRTUAL_ENV=" + dir, pythonIn(dir)
}

// projectVenv is the working directory's .venv, as uv and others make it.
func projectVenv(s *search) (string, []candidate) {
	dir := filepath.Join(s.cwd, ".venv")
	return dir, pythonIn(dir)
}

func pythonIn(dir string) []candidate {
	if python := venvPython(dir); python != "" {
		return []candidate{{path: python}}
	}
	return nil
}
