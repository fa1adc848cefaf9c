package locate

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
)

// Inspect says what the Python at path is: an interpreter, a virtual
// environment's python, the folder of either, or a libpython. It fails when the
// Python has no shared library that this program could load; a build with the
// GIL and an old version are no failure.
func Inspect(ctx context.Context, path string) (Python, error) {
	return newSearch(thisMachine(), Options{}).inspect(ctx, path)
}

func (s *search) inspect(ctx context.Context, path string) (Python, error) {
	path, err := s.absolute(path)
	if err != nil {
		return Python{}, err
	}
	if isLibrary(path) {
		return s.inspectLibrary(path)
	}
	p, err := s.inspectPython(ctx, path)
	if errors.Is(err, errScript) {
		return s.inspectBehind(ctx, path)
	}
	return p, err
}

// absolute turns what a person may name (a bare command, a relative path, a
// folder) into the path of a file.
func (s *search) absolute(path string) (string, error) {
	if !strings.ContainsRune(path, filepath.Separator) && !isFile(path) && !isDir(path) {
		found, err := exec.LookPath(path)
		if err != nil {
			return "", reject("there is no command of that name on PATH")
		}
		path = found
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if isDir(path) {
		if python := venvPython(path); python != "" {
			return python, nil
		}
		return "", reject("the folder has no bin/python")
	}
	if !isFile(path) {
		return "", reject("there is no such file")
	}
	return path, nil
}

func isLibrary(path string) bool {
	base := filepath.Base(path)
	return strings.HasPrefix(base, "libpython") || isFramework(base)
}

func (s *search) inspectPython(ctx context.Context, path string) (Python, error) {
	p := Python{Executable: path, Venv: venvOf(path)}
	base, err := baseOf(p)
	if err != nil {
		return Python{}, err
	}
	p.BasePrefix = filepath.Dir(filepath.Dir(base))
	if p.Venv == "" {
		p.Executable = base
	}
	img, err := readImage(s.machine, base)
	if err != nil {
		return Python{}, err
	}
	if p.Library = s.library; p.Library == "" {
		if p.Library, err = s.libraryOf(ctx, base, img); err != nil {
			return Python{}, err
		}
	}
	if err := s.readLibrary(&p); err != nil {
		return Python{}, err
	}
	if abi := img.abi(); abi != "" && abi != p.ABI() {
		return Python{}, reject("it is Python %s, and the library %s is of %s", abi, p.Library, p.ABI())
	}
	return p, nil
}

func baseOf(p Python) (string, error) {
	if p.Venv != "" {
		return venvBase(p.Executable, p.Venv)
	}
	return filepath.EvalSymlinks(p.Executable)
}

// readLibrary fills what the shared library says: version and threading.
func (s *search) readLibrary(p *Python) error {
	img, err := readImage(s.machine, p.Library)
	switch {
	case err != nil:
		return reject("its library %s: %v", p.Library, err)
	case img.musl:
		return reject("its library %s is made for musl's C library, which cannot be loaded beside the GNU one", p.Library)
	case img.version == 0:
		return reject("its library %s exports no %s: it is older than Python 3.11, or no libpython", p.Library, versionSymbol)
	}
	img.fill(p)
	return nil
}

// inspectBehind asks a script, such as a version manager's shim, which
// interpreter it stands for.
func (s *search) inspectBehind(ctx context.Context, shim string) (Python, error) {
	answer, err := ask(ctx, shim)
	if err != nil {
		return Python{}, reject("is a script that did not start a Python: %v", err)
	}
	p, err := s.inspectPython(ctx, answer.Executable)
	if errors.Is(err, errScript) {
		return Python{}, reject("is a script, and the interpreter it names (%s) is one too", answer.Executable)
	}
	return p, err
}
