package fakepython

import (
	"debug/elf"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Spec says what kind of Python an installation is.
type Spec struct {
	Version string      // "3.13.15t", "3.14.0": a "t" makes it free-threaded
	Static  bool        // the executable holds the interpreter itself
	NoLib   bool        // there is no shared library
	Musl    bool        // made for musl's C library
	LibDir  string      // where the library is, below the prefix; "lib" by default
	Machine elf.Machine // another processor
}

// TB is the part of testing.TB that is needed here.
type TB interface {
	Helper()
	Fatal(...any)
}

// ABI is the version in file names: "3.13t".
func (s Spec) ABI() string {
	var major, minor, micro int
	_, _ = fmt.Sscanf(s.Version, "%d.%d.%d", &major, &minor, &micro)
	abi := fmt.Sprintf("%d.%d", major, minor)
	if s.freeThreaded() {
		abi += "t"
	}
	return abi
}

func (s Spec) freeThreaded() bool { return strings.HasSuffix(s.Version, "t") }

func (s Spec) hex() uint64 {
	var major, minor, micro uint64
	_, _ = fmt.Sscanf(s.Version, "%d.%d.%d", &major, &minor, &micro)
	return major<<24 | minor<<16 | micro<<8 | 0xf0
}

// Library is the file name of the shared library.
func (s Spec) Library() string { return "libpython" + s.ABI() + ".so.1.0" }

// Install makes an installation and returns its executable, which also goes by
// the names python3 and python.
func Install(t TB, prefix string, s Spec) string {
	t.Helper()
	libc := "libc.so.6"
	if s.Musl {
		libc = "libc.musl-x86_64.so.1"
	}
	lib := filepath.Join(prefix, "lib")
	if s.LibDir != "" {
		lib = filepath.Join(prefix, s.LibDir)
	}
	exe := Image{Needed: []string{s.Library(), libc}, RunPath: lib, Machine: s.Machine}
	if s.Static {
		exe = Image{Needed: []string{libc}, Version: s.hex(), FreeThreaded: s.freeThreaded(), Machine: s.Machine}
	}
	path := filepath.Join(prefix, "bin", "python"+s.ABI())
	Write(t, path, exe.Bytes())
	for _, name := range []string{"python3", "python"} {
		_ = os.Remove(filepath.Join(prefix, "bin", name))
		Link(t, filepath.Base(path), filepath.Join(prefix, "bin", name))
	}
	if !s.NoLib {
		Write(t, filepath.Join(lib, s.Library()), Image{Needed: []string{libc}, Version: s.hex(), FreeThreaded: s.freeThreaded(), Machine: s.Machine}.Bytes())
	}
	return path
}

// Venv makes a virtual environment of an interpreter and returns its python.
func Venv(t TB, dir, base string) string {
	t.Helper()
	Write(t, filepath.Join(dir, "pyvenv.cfg"), []byte("home = "+filepath.Dir(base)+"\nexecutable = "+base+"\n"))
	python := filepath.Join(dir, "bin", "python")
	if err := os.MkdirAll(filepath.Dir(python), 0o755); err != nil {
		t.Fatal(err)
	}
	Link(t, base, python)
	return python
}

// Write makes an executable file and the folders above it.
func Write(t TB, path string, data []byte) {
	t.Helper()
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = os.WriteFile(path, data, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Link makes a symbolic link.
func Link(t TB, target, path string) {
	t.Helper()
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
}
