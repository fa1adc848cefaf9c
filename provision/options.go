package provision

import (
	"github.com/gosnakepit/snakepit/provision/internal/step"
	"github.com/gosnakepit/snakepit/provision/locate"
	"github.com/gosnakepit/snakepit/provision/progress"
)

// Profile names a way to run Python.
type Profile string

// The profiles that Setup prepares a Python for. The empty one is Thread.
const (
	Thread  Profile = "thread"  // in process: a free-threaded Python with a shared library
	Process Profile = "process" // in child processes: any Python with the GIL, from 3.10
)

// Options says what Setup makes. The zero value asks for a free-threaded
// Python and its packages in the user's cache folder.
type Options struct {
	// Profile is the one to prepare for.
	Profile Profile
	// CacheDir is the folder for all that is made; empty means the user's.
	CacheDir string
	// Python is an explicit choice of interpreter to prepare. Where it is empty,
	// SNAKEPIT_PYTHON and SNAKEPIT_LIBPYTHON count, or SNAKEPIT_PROCESS_PYTHON for
	// the process profile.
	Python string
	// GIL asks for a build with the GIL, made from the same source; for the thread
	// profile only.
	GIL bool
	// Build asks for a build from source, without trying other ways; for the
	// thread profile only.
	Build bool
	// Progress gets what happens; nil keeps silent.
	Progress progress.Sink
}

// Result is what Setup found or made.
type Result struct {
	// Python is the interpreter to use. Its Venv is the virtual environment.
	Python locate.Python `json:"python"`
	// Base is the same interpreter without the virtual environment.
	Base string `json:"base"`
	// Dir is the folder below the cache that records it.
	Dir string `json:"dir"`
	// Reused says that nothing had to be made.
	Reused bool `json:"reused"`
}

// Error is a failed step: its name, the command, the last lines of its output,
// the file with all of them, and the fix.
type Error = step.Error
