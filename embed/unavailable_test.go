package embed_test

import (
	"debug/elf"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/threadprofile"
)

// openFails prints why Open fails, which must be for want of a Python.
var openFails = harness.Part("open fails", func() {
	_, err := tryOpen(threadprofile.Config{Library: setting("LIBRARY")}, slog.New(slog.DiscardHandler))
	harness.Assert(errors.Is(err, snakepit.ErrUnavailable), "got %v", err)
	fmt.Print(err)
})

// TestChosenPythonMissing names a Python that is not there.
func TestChosenPythonMissing(t *testing.T) {
	out := harness.Child{Part: openFails, Env: []string{"SNAKEPIT_PYTHON=/nonexistent"}}.Succeed(t)
	require.Contains(t, out.Stdout, "SNAKEPIT_PYTHON=/nonexistent cannot be used")
}

// TestEmptyMachine opens where no Python is to be found, and is told where it looked.
func TestEmptyMachine(t *testing.T) {
	home := t.TempDir()
	out := harness.Child{Part: openFails, Env: []string{
		"HOME=" + home, "XDG_CACHE_HOME=" + filepath.Join(home, "cache"), "PATH=" + t.TempDir(),
		"PYENV_ROOT=/nonexistent", "SNAKEPIT_PYTHON=", "SNAKEPIT_LIBPYTHON=", "VIRTUAL_ENV=",
	}}.Run(t)
	if out.Code != 0 {
		t.Skipf("this machine has a Python in a folder that cannot be hidden: %s", out.Stderr)
	}
	for _, want := range []string{home, "/nonexistent", "PATH", "snakepit setup", "SNAKEPIT_PYTHON"} {
		require.Contains(t, out.Stdout, want)
	}
}

// noLibpython finds a shared library that is no libpython: one this program uses.
func noLibpython(t *testing.T) string {
	t.Helper()
	for _, pattern := range []string{"/lib*/libm.so.6", "/lib/*/libm.so.6", "/usr/lib*/libm.so.6"} {
		found, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, path := range found {
			if f, err := elf.Open(path); err == nil {
				require.NoError(t, f.Close())
				return path
			}
		}
	}
	t.Skip("no libm.so.6 on this machine")
	return ""
}

// TestLibraryIsNoLibpython names a shared library that is no libpython, by its own
// name and in disguise: an error that says so, not a crash.
func TestLibraryIsNoLibpython(t *testing.T) {
	plain, python := noLibpython(t), harness.Python(t).Executable
	data, err := os.ReadFile(plain)
	require.NoError(t, err)
	disguised := filepath.Join(t.TempDir(), "libpython3.13t.so.1.0")
	require.NoError(t, os.WriteFile(disguised, data, 0o755))
	for _, env := range [][]string{
		{"SNAKEPIT_PYTHON=", "SNAKEPIT_LIBPYTHON=" + disguised},
		{"SNAKEPIT_PYTHON=" + python, "SNAKEPIT_LIBPYTHON=" + disguised},
		{"SNAKEPIT_PYTHON=" + python, "SNAKEPIT_LIBPYTHON=" + plain},
		{"SNAKEPIT_PYTHON=", "SNAKEPIT_LIBPYTHON=", set("LIBRARY", disguised)},
	} {
		out := harness.Child{Part: openFails, Env: env}.Succeed(t)
		require.Contains(t, out.Stdout, "no libpython", "%v", env)
	}
	out := harness.Child{Part: openFails, Env: []string{"SNAKEPIT_PYTHON=", "SNAKEPIT_LIBPYTHON=" + plain}}.Succeed(t)
	require.Contains(t, out.Stdout, plain+" cannot be used")
}
