//go:build cgo

package auto_test

import (
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/auto"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

const greeting = "def greet():\n    return 'hello'\n"

func TestThreadWhereNothingSpeaksAgainstIt(t *testing.T) {
	harness.FreeThreaded(t)
	s, log := chosen(t, auto.Config{Adapter: "greeter", Path: []string{modules(t, map[string]string{"greeter": greeting})}, Libraries: []string{"json", "numpy"}})
	require.Equal(t, "thread", s.Profile)
	require.False(t, s.GIL)
	require.Contains(t, s.Reason, "leaves the GIL off with json, numpy")
	require.NotContains(t, log, "another profile")
}

// A library that is not there, fails, or turns the GIL on sends the pool to children.
func TestProcessForTheLibraries(t *testing.T) {
	harness.FreeThreaded(t)
	needsProcess(t)
	dir := needsGIL(t)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "greeter.py"), []byte(greeting), 0o600))
	for library, reason := range map[string]string{
		"not_there_at_all": "No module named 'not_there_at_all'",
		"needsgil":         "importing needsgil turns the GIL on",
	} {
		s, log := chosen(t, auto.Config{Adapter: "greeter", Path: []string{dir}, Libraries: []string{"json", library}})
		require.Equal(t, "process", s.Profile)
		require.Contains(t, s.Reason, reason)
		require.Contains(t, log, reason)
	}
}

// An adapter that was not honest about its libraries is refused by the thread profile,
// before it can turn the GIL on.
func TestProcessForTheAdapter(t *testing.T) {
	harness.FreeThreaded(t)
	needsProcess(t)
	dir := needsGIL(t)
	text := "import sys\nif not getattr(sys, '_is_gil_enabled', lambda: True)():\n    import needsgil\n" + greeting
	require.NoError(t, os.WriteFile(filepath.Join(dir, "dishonest.py"), []byte(text), 0o600))
	s, _ := chosen(t, auto.Config{Adapter: "dishonest", Path: []string{dir}})
	require.Equal(t, "process", s.Profile)
	require.Contains(t, s.Reason, "importing dishonest would turn the GIL on")

	s, _ = chosen(t, auto.Config{})
	require.Equal(t, "thread", s.Profile)
	require.False(t, s.GIL, "it is still off")
}

func TestProcessWithoutFreeThreadedPython(t *testing.T) {
	needsProcess(t)
	s, _ := chosen(t, auto.Config{ThreadPython: "/no/such/python"})
	require.Equal(t, "process", s.Profile)
	require.Contains(t, s.Reason, "/no/such/python")
}

// An adapter that cannot be imported is no reason to try it again elsewhere.
func TestBrokenAdapterIsFinal(t *testing.T) {
	harness.FreeThreaded(t)
	dir := modules(t, map[string]string{"broken_adapter": "raise ValueError('no such model')\n"})
	_, err := snakepit.Open(t.Context(), snakepit.Config{
		Logger: slog.New(slog.DiscardHandler),
		Pools:  []snakepit.PoolConfig{{Profile: auto.New(auto.Config{Adapter: "broken_adapter", Path: []string{dir}})}},
	})
	require.ErrorContains(t, err, "no such model")
	require.NotErrorIs(t, err, profile.ErrUnavailable)
}

// needsGIL compiles an extension module that turns the GIL on.
func needsGIL(t *testing.T) string {
	t.Helper()
	ask := exec.Command(harness.Python(t).Executable, "-I", "-c", `import sysconfig; print(sysconfig.get_path("include"))`)
	answer, err := ask.Output()
	require.NoError(t, err)
	include := strings.TrimSpace(string(answer))
	if _, err := os.Stat(filepath.Join(include, "Python.h")); err != nil {
		t.Skip("no headers of Python: ", err)
	}
	dir := t.TempDir()
	source := filepath.Join("..", "embed", "testdata", "needsgil.c")
	out, err := exec.Command("cc", "-shared", "-fPIC", "-I", include, "-o", filepath.Join(dir, "needsgil.so"), source).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return dir
}
