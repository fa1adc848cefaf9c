package locate_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/provision/internal/fakepython"
	"github.com/gosnakepit/snakepit/provision/locate"
)

// bare is a machine with nothing on it.
func bare(t *testing.T) locate.Machine {
	t.Helper()
	dir := t.TempDir()
	return locate.Machine{Root: filepath.Join(dir, "root"), Home: filepath.Join(dir, "home"), Cwd: filepath.Join(dir, "cwd"), Env: map[string]string{}}
}

func find(t *testing.T, m locate.Machine, o locate.Options) (locate.Python, error) {
	t.Helper()
	if o.CacheDir == "" {
		o.CacheDir = filepath.Join(m.Home, "cache")
	}
	p, attempts, err := locate.FindOn(t.Context(), m, o)
	assert.NotEmpty(t, attempts)
	return p, err
}

var t13 = fakepython.Spec{Version: "3.13.15t"}

func TestEachStepFindsItsOwn(t *testing.T) {
	t.Parallel()
	for step, prefix := range map[string]func(locate.Machine) string{
		"path":         func(m locate.Machine) string { m.Env["PATH"] = m.Home + "/tools/bin"; return m.Home + "/tools" },
		"pyenv":        func(m locate.Machine) string { return m.Home + "/.pyenv/versions/3.13.15t" },
		"uv":           func(m locate.Machine) string { return m.Home + "/.local/share/uv/python/cpython-3.13.15+freethreaded" },
		"homebrew":     func(m locate.Machine) string { return m.Root + "/opt/homebrew/opt/python-freethreading" },
		"framework":    func(m locate.Machine) string { return m.Root + "/Library/Frameworks/PythonT.framework/Versions/3.13" },
		"distribution": func(m locate.Machine) string { return m.Root + "/usr" },
		"opt":          func(m locate.Machine) string { return m.Root + "/opt/python-3.13t" },
	} {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			m := bare(t)
			dir := prefix(m)
			python := fakepython.Install(t, dir, t13)
			got, err := find(t, m, locate.Options{})
			require.NoError(t, err)
			assert.Equal(t, locate.Python{
				Executable: python, Library: filepath.Join(dir, "lib/libpython3.13t.so.1.0"), Version: "3.13.15",
				Major: 3, Minor: 13, Micro: 15, FreeThreaded: true, BasePrefix: dir, Source: step,
			}, got)
		})
	}
}

func TestRootsFromTheEnvironment(t *testing.T) {
	t.Parallel()
	for step, c := range map[string]struct{ variable, below string }{
		"pyenv":    {"PYENV_ROOT", "versions/3.13.15t"},
		"uv":       {"UV_PYTHON_INSTALL_DIR", "cpython-3.13.15+freethreaded-linux-x86_64-gnu"},
		"homebrew": {"HOMEBREW_PREFIX", "opt/python-freethreading"},
	} {
		m := bare(t)
		m.Env[c.variable] = t.TempDir()
		fakepython.Install(t, filepath.Join(m.Env[c.variable], c.below), t13)
		got, err := find(t, m, locate.Options{})
		require.NoError(t, err)
		assert.Equal(t, step, got.Source)
	}
}

func TestVirtualEnvironments(t *testing.T) {
	t.Parallel()
	m := bare(t)
	base := fakepython.Install(t, filepath.Join(m.Root, "somewhere"), t13)
	project := fakepython.Venv(t, filepath.Join(m.Cwd, ".venv"), base)
	got, err := find(t, m, locate.Options{})
	require.NoError(t, err)
	assert.Equal(t, "project venv", got.Source)
	assert.Equal(t, project, got.Executable)
	assert.Equal(t, filepath.Join(m.Cwd, ".venv"), got.Venv)
	assert.Equal(t, filepath.Join(m.Root, "somewhere"), got.BasePrefix)

	m.Env["VIRTUAL_ENV"] = filepath.Join(m.Home, "active")
	fakepython.Venv(t, m.Env["VIRTUAL_ENV"], base)
	got, err = find(t, m, locate.Options{})
	require.NoError(t, err)
	assert.Equal(t, "active venv", got.Source)
}

// A copied python leaves pyvenv.cfg as the only way to its base.
func TestVenvOfCopies(t *testing.T) {
	t.Parallel()
	for _, cfg := range []string{"executable = BASE\n", "base-executable = BASE\n", "home = HOME\n"} {
		m := bare(t)
		base := fakepython.Install(t, filepath.Join(m.Root, "somewhere"), t13)
		python := fakepython.Venv(t, filepath.Join(m.Cwd, ".venv"), base)
		require.NoError(t, os.Remove(python))
		fakepython.Write(t, python, fakepython.Image{}.Bytes())
		text := map[string]string{"executable = BASE\n": "executable = " + base, "base-executable = BASE\n": "base-executable = " + base, "home = HOME\n": "home = " + filepath.Dir(base)}[cfg]
		fakepython.Write(t, filepath.Join(m.Cwd, ".venv", "pyvenv.cfg"), []byte(text+"\n"))
		got, err := find(t, m, locate.Options{})
		require.NoError(t, err, cfg)
		assert.Equal(t, filepath.Join(m.Root, "somewhere"), got.BasePrefix, cfg)
	}
}

func TestPreference(t *testing.T) {
	t.Parallel()
	m := bare(t)
	versions := filepath.Join(m.Home, ".pyenv/versions")
	for _, v := range []string{"3.14.2t", "3.13.4t", "3.13.11t", "3.13.12", "3.15.0t"} {
		fakepython.Install(t, filepath.Join(versions, v), fakepython.Spec{Version: v})
	}
	for _, want := range []string{"3.13.11", "3.13.4", "3.14.2", "3.15.0"} {
		got, err := find(t, m, locate.Options{AllowGIL: true})
		require.NoError(t, err)
		assert.Equal(t, want, got.Version)
		assert.True(t, got.FreeThreaded)
		require.NoError(t, os.RemoveAll(filepath.Join(versions, want+"t")))
	}
	_, err := find(t, m, locate.Options{})
	var missing *locate.NotFoundError
	require.ErrorAs(t, err, &missing)
	got, err := find(t, m, locate.Options{AllowGIL: true})
	require.NoError(t, err)
	assert.Equal(t, "3.13.12", got.Version)
}

// A free-threaded Python of a later step wins over one with the GIL.
func TestGILIsTheLastResort(t *testing.T) {
	t.Parallel()
	m := bare(t)
	fakepython.Install(t, filepath.Join(m.Home, ".pyenv/versions/3.13.15"), fakepython.Spec{Version: "3.13.15"})
	fakepython.Install(t, filepath.Join(m.Root, "usr"), fakepython.Spec{Version: "3.14.1t"})
	got, err := find(t, m, locate.Options{AllowGIL: true})
	require.NoError(t, err)
	assert.Equal(t, "distribution", got.Source)
}

func TestReasonsForPassingOver(t *testing.T) {
	t.Parallel()
	for want, s := range map[string]fakepython.Spec{
		"linked statically and has no shared library": {Version: "3.13.15t", Static: true, NoLib: true},
		"is not in":             {Version: "3.13.15t", NoLib: true},
		"musl":                  {Version: "3.13.15t", Musl: true},
		"3.12.1, and 3.13":      {Version: "3.12.1"},
		"3.14.0 with the GIL":   {Version: "3.14.0"},
		"was built for EM_RISC": {Version: "3.13.15t", Machine: 243},
	} {
		m := bare(t)
		fakepython.Install(t, filepath.Join(m.Home, ".pyenv/versions/3.x"), s)
		_, err := find(t, m, locate.Options{})
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "snakepit setup")
	}
}

func TestStaticExecutableBesideSharedLibrary(t *testing.T) {
	t.Parallel()
	for _, s := range []fakepython.Spec{
		{Version: "3.13.15t", Static: true},
		{Version: "3.13.15t", Static: true, LibDir: "lib64"},
	} {
		m := bare(t)
		fakepython.Install(t, filepath.Join(m.Root, "usr"), s)
		got, err := find(t, m, locate.Options{})
		require.NoError(t, err)
		assert.True(t, got.FreeThreaded)
		assert.Equal(t, "libpython3.13t.so.1.0", filepath.Base(got.Library))
	}
}

// A shim on PATH says nothing by itself, and is not started.
func TestShimOnPath(t *testing.T) {
	t.Parallel()
	m := bare(t)
	m.Env["PATH"] = filepath.Join(m.Home, ".pyenv/shims")
	started := filepath.Join(t.TempDir(), "started")
	fakepython.Write(t, filepath.Join(m.Env["PATH"], "python3.13t"), []byte("#!/bin/sh\ntouch "+started+"\n"))
	_, err := find(t, m, locate.Options{})
	require.ErrorContains(t, err, "is a script")
	assert.NoFileExists(t, started)
	fakepython.Install(t, filepath.Join(m.Home, ".pyenv/versions/3.13.15t"), t13)
	got, err := find(t, m, locate.Options{})
	require.NoError(t, err)
	assert.Equal(t, "pyenv", got.Source)
}

func TestVersionText(t *testing.T) {
	t.Parallel()
	for hex, want := range map[uint64]string{0x030d0ff0: "3.13.15", 0x030f00c1: "3.15.0rc1", 0x030f00a2: "3.15.0a2", 0x030f00b3: "3.15.0b3"} {
		assert.Equal(t, want, locate.VersionText(hex))
	}
}
