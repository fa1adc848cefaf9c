package locate

import (
	"context"
	"path/filepath"
)

// inspectInterpreter says what the interpreter or virtual environment at path is.
// Unlike inspect it wants no shared library.
func (s *search) inspectInterpreter(ctx context.Context, path string) (Python, error) {
	path, err := s.absolute(path)
	if err != nil {
		return Python{}, err
	}
	if isLibrary(path) {
		return Python{}, reject("is a shared library: name the interpreter")
	}
	if script, _ := isScript(path); script {
		behind, err := s.askOnce(ctx, path)
		if err != nil {
			return Python{}, reject("is a script that did not start a Python: %v", err)
		}
		path = behind.Executable
	}
	p := Python{Executable: path, Venv: venvOf(path)}
	base, err := baseOf(p)
	if err != nil {
		return Python{}, err
	}
	p.BasePrefix = filepath.Dir(filepath.Dir(base))
	if p.Venv == "" {
		p.Executable = base
	}
	return p, s.version(ctx, base, &p)
}

// version fills what the interpreter's file says, or its library's, or else
// itself: the files of Python 3.10 do not tell.
func (s *search) version(ctx context.Context, base string, p *Python) error {
	img, err := readImage(s.machine, base)
	if err != nil {
		return err
	}
	if name := img.library(); img.version == 0 && name != "" {
		if p.Library = firstFile(name, s.libraryDirs(base, img)); p.Library != "" {
			img, _ = readImage(s.machine, p.Library)
		}
	}
	if img.version == 0 {
		known, err := s.askOnce(ctx, base)
		if err != nil {
			return reject("it does not say which Python it is: %v", err)
		}
		img.version, img.freeThreaded = known.Version, known.FreeThreaded
	}
	img.fill(p)
	return nil
}

// pythonsOnPath offers the Pythons that a shell would find, those that it would
// take first.
func pythonsOnPath(s *search) (string, []candidate) {
	var found []candidate
	seen := map[string]bool{}
	for _, name := range []string{"python3", "python", "python3.1[0-9]"} {
		for _, dir := range filepath.SplitList(s.getenv("PATH")) {
			if !filepath.IsAbs(dir) {
				continue
			}
			for _, c := range glob(filepath.Join(dir, name)) {
				real, _ := filepath.EvalSymlinks(c.path)
				if key := real + "\x00" + venvOf(c.path); !seen[key] {
					seen[key] = true
					found = append(found, c)
				}
			}
		}
	}
	return "PATH", found
}
