package locate_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/provision/internal/fakepython"
	"github.com/gosnakepit/snakepit/provision/locate"
)

func TestChoiceMayBeAnyForm(t *testing.T) {
	t.Parallel()
	m := bare(t)
	prefix := filepath.Join(m.Root, "chosen")
	python := fakepython.Install(t, prefix, fakepython.Spec{Version: "3.14.0"})
	venv := filepath.Join(m.Home, "venv")
	inVenv := fakepython.Venv(t, venv, python)
	library := filepath.Join(prefix, "lib/libpython3.14.so.1.0")
	for chosen, executable := range map[string]string{
		python: python, prefix: python, filepath.Join(prefix, "bin/python3"): python,
		inVenv: inVenv, venv: inVenv, library: python,
	} {
		got, err := find(t, m, locate.Options{Python: chosen})
		require.NoError(t, err, chosen)
		assert.Equal(t, executable, got.Executable, chosen)
		assert.Equal(t, library, got.Library, chosen)
		assert.Equal(t, "Options.Python", got.Source)
		assert.False(t, got.FreeThreaded, "a build with the GIL may be chosen")
	}
}

func TestWhoseChoiceCounts(t *testing.T) {
	t.Parallel()
	m := bare(t)
	options := fakepython.Install(t, filepath.Join(m.Root, "options"), t13)
	environment := fakepython.Install(t, filepath.Join(m.Root, "environment"), t13)
	fakepython.Install(t, filepath.Join(m.Root, "usr"), t13)
	m.Env["SNAKEPIT_LIBPYTHON"] = filepath.Join(m.Root, "environment/lib/libpython3.13t.so.1.0")
	got, err := find(t, m, locate.Options{})
	require.NoError(t, err)
	assert.Equal(t, "SNAKEPIT_LIBPYTHON", got.Source)
	m.Env["SNAKEPIT_PYTHON"] = environment
	got, err = find(t, m, locate.Options{})
	require.NoError(t, err)
	assert.Equal(t, "SNAKEPIT_PYTHON", got.Source)
	got, err = find(t, m, locate.Options{Python: options})
	require.NoError(t, err)
	assert.Equal(t, options, got.Executable)
	assert.Equal(t, filepath.Join(m.Root, "options/lib/libpython3.13t.so.1.0"), got.Library, "the environment's library is no part of this choice")
}

// A bad choice is an error although there is another Python.
func TestBadChoiceIsNotReplaced(t *testing.T) {
	t.Parallel()
	m := bare(t)
	good := fakepython.Install(t, filepath.Join(m.Root, "usr"), t13)
	file := filepath.Join(m.Home, "python")
	fakepython.Write(t, file, []byte("not a program"))
	shim := filepath.Join(m.Home, "shim")
	fakepython.Write(t, shim, []byte("#!/bin/sh\necho no such version >&2\nexit 1\n"))
	for chosen, want := range map[string]string{
		filepath.Join(m.Home, "missing"): "no such file",
		"no-such-command-anywhere":       "no command of that name",
		m.Root:                           "no bin/python",
		file:                             "no ELF file",
		shim:                             "no such version",
		fakepython.Install(t, filepath.Join(m.Root, "old"), fakepython.Spec{Version: "3.12.1"}):                "3.12.1",
		fakepython.Install(t, filepath.Join(m.Root, "nolib"), fakepython.Spec{Version: "3.13.1", NoLib: true}): "is not in",
		fakepython.Install(t, filepath.Join(m.Root, "musl"), fakepython.Spec{Version: "3.13.1", Musl: true}):   "musl",
	} {
		_, err := find(t, m, locate.Options{Python: chosen})
		var unusable *locate.UnusableError
		require.ErrorAs(t, err, &unusable, chosen)
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, chosen)
	}
	_, err := find(t, m, locate.Options{Python: good, Library: filepath.Join(m.Home, "libpython3.13t.so")})
	require.ErrorContains(t, err, "no such file")
}

// A version manager's shim is asked which interpreter it stands for.
func TestChosenShim(t *testing.T) {
	t.Parallel()
	m := bare(t)
	python := fakepython.Install(t, filepath.Join(m.Root, "behind"), t13)
	shim := filepath.Join(m.Home, "shims/python3.13t")
	fakepython.Write(t, shim, fmt.Appendf(nil, "#!/bin/sh\necho '{\"executable\": \"%s\"}'\n", python))
	got, err := find(t, m, locate.Options{Python: shim})
	require.NoError(t, err)
	assert.Equal(t, python, got.Executable)
}

func TestPythonAndLibraryTogether(t *testing.T) {
	t.Parallel()
	m := bare(t)
	python := fakepython.Install(t, filepath.Join(m.Root, "a"), fakepython.Spec{Version: "3.13.15t", NoLib: true})
	fakepython.Install(t, filepath.Join(m.Root, "b"), t13)
	library := filepath.Join(m.Root, "b/lib/libpython3.13t.so.1.0")
	got, err := find(t, m, locate.Options{Python: python, Library: library})
	require.NoError(t, err)
	assert.Equal(t, library, got.Library)
	assert.Equal(t, python, got.Executable)

	other := fakepython.Install(t, filepath.Join(m.Root, "c"), fakepython.Spec{Version: "3.14.0t"})
	_, err = find(t, m, locate.Options{Python: other, Library: library})
	require.ErrorContains(t, err, "3.14t")
}
