package locate

import (
	"cmp"
	"fmt"
)

// Python is one CPython found on this machine.
type Python struct {
	// Executable is the absolute path of the interpreter, or of the virtual
	// environment's python when Venv is set.
	Executable string `json:"executable"`
	// Library is the absolute path of its shared library, libpython3.X[t].so; it
	// may be empty in what FindProcess returns.
	Library string `json:"library"`
	// Version is the full version, such as "3.13.15" or "3.15.0rc1".
	Version string `json:"version"`
	Major   int    `json:"major"`
	Minor   int    `json:"minor"`
	Micro   int    `json:"micro"`
	// FreeThreaded says that it was built without the GIL (--disable-gil).
	FreeThreaded bool `json:"free_threaded"`
	// BasePrefix is the installation's prefix, never the virtual environment's.
	BasePrefix string `json:"base_prefix"`
	// Venv is the virtual environment's folder, or empty.
	Venv string `json:"venv,omitempty"`
	// Source names the step that found it: "SNAKEPIT_PYTHON", "cache", "pyenv"
	// and so on.
	Source string `json:"source,omitempty"`
}

// ABI is the short name that file names and wheel tags use: "3.13t", "3.14".
func (p Python) ABI() string {
	return abiName(p.Major, p.Minor, p.FreeThreaded)
}

// String describes the interpreter in one line.
func (p Python) String() string {
	kind := "with the GIL"
	if p.FreeThreaded {
		kind = "free-threaded"
	}
	return fmt.Sprintf("Python %s (%s) at %s", p.Version, kind, p.Executable)
}

// Compare orders interpreters by preference: free-threaded first, then the
// oldest minor version, then its newest release. Extension modules decide that
// 3.13t comes before 3.14t: it is the version that this module promises.
func Compare(p, q Python) int {
	return cmp.Or(preferTrue(p.FreeThreaded, q.FreeThreaded), cmp.Compare(p.Major, q.Major),
		cmp.Compare(p.Minor, q.Minor), cmp.Compare(q.Micro, p.Micro))
}

func preferTrue(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

func abiName(major, minor int, freeThreaded bool) string {
	name := fmt.Sprintf("%d.%d", major, minor)
	if freeThreaded {
		name += "t"
	}
	return name
}

// Attempt is one place where Find looked, and what came of it.
type Attempt struct {
	Step    string `json:"step"`
	Looked  string `json:"looked"`
	Outcome string `json:"outcome"`
}

// Options says what Find may return. The zero value asks for the best
// free-threaded Python of this machine.
type Options struct {
	// Python is an explicit choice: an interpreter, a virtual environment's
	// python or folder, a name on PATH, or a libpython. It wins over the
	// environment, and may name a build with the GIL.
	Python string
	// Library is an explicit libpython, alone or to go with Python.
	Library string
	// AllowGIL accepts a build with the GIL when there is no free-threaded one.
	AllowGIL bool
	// CacheDir is the folder that setup fills; empty means DefaultCacheDir.
	CacheDir string
}
