package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/provision/doctor"
	"github.com/gosnakepit/snakepit/provision/locate"
	"github.com/gosnakepit/snakepit/provision/locks"
)

// command runs a command line in this process.
func command(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(&out)
	root.SetErr(&errs)
	code = run(t.Context(), root)
	return code, out.String(), errs.String()
}

// prepared is a cache in which everything is there already.
func prepared(t *testing.T) locate.Manifest {
	t.Helper()
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CACHE_HOME", filepath.Join(home, ".cache"))
	for _, name := range []string{"SNAKEPIT_PYTHON", "SNAKEPIT_LIBPYTHON", "SNAKEPIT_PROCESS_PYTHON", "VIRTUAL_ENV"} {
		t.Setenv(name, "")
	}
	cache, err := locate.DefaultCacheDir()
	require.NoError(t, err)
	dir := filepath.Join(locate.PythonsDir(cache), "key")
	p := locate.Python{
		Executable: filepath.Join(dir, "python"), Library: filepath.Join(dir, "libpython3.13t.so.1.0"),
		Version: "3.13.15", Major: 3, Minor: 13, Micro: 15, FreeThreaded: true, Source: "cache",
	}
	for _, path := range []string{p.Executable, p.Library, filepath.Join(dir, "venv/bin/python")} {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, nil, 0o600))
	}
	m, err := locate.NewManifest(p)
	require.NoError(t, err)
	lock, _ := locks.Named("cp313t")
	m = m.WithVenv(filepath.Join(dir, "venv"))
	m.Lock, m.LockHash = lock.Name, lock.Hash()
	require.NoError(t, m.Write(dir))
	return m
}

func TestSetupOfAPreparedMachine(t *testing.T) {
	m := prepared(t)
	code, out, _ := command(t, "setup")
	assert.Zero(t, code)
	assert.Contains(t, out, "python   "+m.Python.Executable)
	assert.Contains(t, out, "venv     "+m.Python.Venv)
	assert.Contains(t, out, "profile  thread")

	code, out, _ = command(t, "setup", "--json")
	assert.Zero(t, code)
	var line struct {
		Result struct {
			Python locate.Python `json:"python"`
			Reused bool          `json:"reused"`
		} `json:"result"`
	}
	require.NoError(t, json.Unmarshal([]byte(out), &line))
	assert.Equal(t, m.Python, line.Result.Python)
	assert.True(t, line.Result.Reused)
}

func TestSetupThatFails(t *testing.T) {
	prepared(t)
	code, _, errs := command(t, "setup", "--python", "/no/such/python")
	assert.Equal(t, exitFailed, code)
	assert.Contains(t, errs, "no such file")

	code, out, errs := command(t, "setup", "--json", "--python", "/no/such/python")
	assert.Equal(t, exitFailed, code)
	assert.Empty(t, errs)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	var last struct {
		Error struct{ Step, Message, Fix string } `json:"error"`
	}
	for _, line := range lines {
		assert.True(t, json.Valid([]byte(line)), line)
	}
	require.NoError(t, json.Unmarshal([]byte(lines[len(lines)-1]), &last))
	assert.Equal(t, "find", last.Error.Step)
	assert.NotEmpty(t, last.Error.Fix)
}

func TestWrongCommandLines(t *testing.T) {
	for _, args := range [][]string{{"setup", "--nonsense"}, {"nonsense"}, {"setup", "extra"}, {"setup", "--gil", "--python", "x"}, {"setup", "--profile", "thraed"}, {"setup", "--profile", "all", "--gil"}} {
		code, _, errs := command(t, args...)
		assert.Equal(t, exitUsage, code, args)
		assert.Contains(t, errs, "--help", args)
	}
}

// The made-up Python cannot start, which is an error that doctor reports.
func TestDoctor(t *testing.T) {
	prepared(t)
	code, out, errs := command(t, "doctor", "-v")
	assert.Equal(t, exitFailed, code)
	assert.Empty(t, errs, "the findings say it all")
	assert.Contains(t, out, "✓ python")
	assert.Contains(t, out, "✗ GIL")
	assert.Contains(t, out, "cache (")

	code, out, _ = command(t, "doctor", "--json")
	assert.Equal(t, exitFailed, code)
	var r doctor.Report
	require.NoError(t, json.Unmarshal([]byte(out), &r))
	assert.NotEmpty(t, r.Findings)
	assert.Equal(t, "3.13.15", r.Python.Version)
}

func TestDoctorWithoutPython(t *testing.T) {
	prepared(t)
	require.NoError(t, os.RemoveAll(os.Getenv("XDG_CACHE_HOME")))
	t.Setenv("SNAKEPIT_PYTHON", "/no/such/python")
	code, out, _ := command(t, "doctor")
	assert.Equal(t, exitFailed, code)
	assert.Contains(t, out, "✗ python")
	assert.Contains(t, out, "/no/such/python")
}

func TestDoctorWithoutPythonForProcesses(t *testing.T) {
	prepared(t)
	t.Setenv("SNAKEPIT_PROCESS_PYTHON", "/no/such/python")
	code, out, _ := command(t, "doctor", "--profile", "process")
	assert.Equal(t, exitFailed, code)
	assert.Contains(t, out, "/no/such/python")
	assert.Contains(t, out, "snakepit setup --profile process")
	assert.NotContains(t, out, "C compiler")
}

func TestSetupForProcessesThatFails(t *testing.T) {
	prepared(t)
	code, _, errs := command(t, "setup", "--profile", "process", "--python", "/no/such/python")
	assert.Equal(t, exitFailed, code)
	assert.Contains(t, errs, "no such file")
}
