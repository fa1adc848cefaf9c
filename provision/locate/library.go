package locate

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// libraryOf finds the shared library of an interpreter: the one its executable
// asks for, else one beside it, else the one that the interpreter itself names.
func (s *search) libraryOf(ctx context.Context, python string, img image) (string, error) {
	names, dirs := libraryNames(img, python), s.libraryDirs(python, img)
	for _, name := range names {
		if path := firstFile(name, dirs); path != "" {
			return path, nil
		}
	}
	if path := s.askLibrary(ctx, python); path != "" {
		return path, nil
	}
	if img.library() == "" {
		return "", reject("it is linked statically and has no shared library (%s) in %s: use a build made with --enable-shared",
			strings.Join(names, " or "), strings.Join(dirs, ", "))
	}
	return "", reject("the shared library that it asks for (%s) is not in %s", img.library(), strings.Join(dirs, ", "))
}

// libraryNames are the file names to look for, the likeliest first.
func libraryNames(img image, python string) []string {
	if name := img.library(); name != "" {
		return []string{name}
	}
	abi := img.abi()
	if abi == "" {
		abi = strings.TrimPrefix(filepath.Base(python), "python")
	}
	return []string{fmt.Sprintf("libpython%s.so.1.0", abi), fmt.Sprintf("libpython%s.so", abi), fmt.Sprintf("libpython%s.dylib", abi)}
}

// libraryDirs are the folders to look in: those the executable names, then
// those beside it, then the system's.
func (s *search) libraryDirs(python string, img image) []string {
	dirs := slices.Clone(img.runPath)
	prefixes := []string{filepath.Dir(filepath.Dir(python)), s.system("usr"), s.system("usr/local")}
	for _, prefix := range prefixes {
		for _, lib := range []string{"lib", "lib64", filepath.Join("lib", s.triplet())} {
			dirs = append(dirs, filepath.Join(prefix, lib))
		}
	}
	return dirs
}

func firstFile(name string, dirs []string) string {
	name = strings.TrimPrefix(name, "@rpath/")
	if filepath.IsAbs(name) {
		dirs = []string{"/"}
	}
	for _, dir := range dirs {
		if path := filepath.Join(dir, name); isFile(path) {
			return path
		}
	}
	return ""
}

// inspectLibrary says what a libpython is that was named by itself. Setup's own
// record, where there is one, adds the virtual environment made for it.
func (s *search) inspectLibrary(path string) (Python, error) {
	if p, ok := s.recorded(path); ok {
		return p, nil
	}
	p := Python{Library: path}
	if err := s.readLibrary(&p); err != nil {
		return Python{}, err
	}
	p.BasePrefix = filepath.Dir(filepath.Dir(path))
	if filepath.Base(filepath.Dir(path)) == s.triplet() {
		p.BasePrefix = filepath.Dir(p.BasePrefix)
	}
	p.Executable = firstFile("python"+p.ABI(), []string{filepath.Join(p.BasePrefix, "bin")})
	if p.Executable == "" {
		return Python{}, reject("there is no bin/python%s in %s: name the interpreter too (SNAKEPIT_PYTHON)", p.ABI(), p.BasePrefix)
	}
	return p, nil
}
