package locate

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
)

// venvOf is the virtual environment that a python belongs to, or "". CPython
// itself looks in the same two places.
func venvOf(python string) string {
	bin := filepath.Dir(python)
	for _, dir := range []string{bin, filepath.Dir(bin)} {
		if isFile(filepath.Join(dir, "pyvenv.cfg")) {
			return dir
		}
	}
	return ""
}

// venvPython is the python inside a folder that is a virtual environment or an
// installation, or "".
func venvPython(dir string) string {
	for _, name := range []string{"python", "python3"} {
		if path := filepath.Join(dir, "bin", name); isFile(path) {
			return path
		}
	}
	return ""
}

// venvBase is the real interpreter behind a virtual environment's python: what
// its link leads to or, where it is a copy, what pyvenv.cfg names.
func venvBase(python, venv string) (string, error) {
	if real, err := filepath.EvalSymlinks(python); err == nil && !within(real, venv) {
		return real, nil
	}
	cfg := readPyvenv(filepath.Join(venv, "pyvenv.cfg"))
	named := []string{cfg["executable"], cfg["base-executable"]}
	for _, name := range []string{filepath.Base(python), "python3", "python"} {
		named = append(named, filepath.Join(cfg["home"], name))
	}
	for _, path := range named {
		if filepath.IsAbs(path) && isFile(path) {
			return filepath.EvalSymlinks(path)
		}
	}
	return "", reject("its virtual environment's base (home = %s) is gone: make the environment anew", cfg["home"])
}

func within(path, dir string) bool {
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	rel, err := filepath.Rel(dir, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, "../")
}

// readPyvenv reads the "key = value" lines of a pyvenv.cfg; a missing file has
// none.
func readPyvenv(path string) map[string]string {
	cfg := map[string]string{}
	f, err := os.Open(path)
	if err != nil {
		return cfg
	}
	defer func() { _ = f.Close() }()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if key, value, ok := strings.Cut(lines.Text(), "="); ok {
			cfg[strings.ToLower(strings.TrimSpace(key))] = strings.TrimSpace(value)
		}
	}
	return cfg
}
