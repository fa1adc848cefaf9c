package locate_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/provision/internal/fakepython"
	"github.com/gosnakepit/snakepit/provision/locate"
)

// record makes an installation in the cache, with its manifest.
func record(t *testing.T, cacheDir, key string, s fakepython.Spec) (dir string, m locate.Manifest) {
	t.Helper()
	dir = filepath.Join(locate.PythonsDir(cacheDir), key)
	python := fakepython.Install(t, filepath.Join(dir, "install"), s)
	p, err := locate.Inspect(t.Context(), python)
	require.NoError(t, err)
	m, err = locate.NewManifest(p)
	require.NoError(t, err)
	venv := filepath.Join(dir, "venv")
	fakepython.Venv(t, venv, python)
	m = m.WithVenv(venv)
	require.NoError(t, m.Write(dir))
	return dir, m
}

func TestCacheComesFirstAndIsRead(t *testing.T) {
	t.Parallel()
	m := bare(t)
	cacheDir := filepath.Join(m.Home, "cache")
	record(t, cacheDir, "new", fakepython.Spec{Version: "3.14.1t"})
	_, want := record(t, cacheDir, "preferred", t13)
	record(t, cacheDir, "gil", fakepython.Spec{Version: "3.13.18"})
	fakepython.Write(t, filepath.Join(locate.PythonsDir(cacheDir), "broken", locate.ManifestName), []byte("{"))
	fakepython.Install(t, filepath.Join(m.Root, "usr"), t13)
	got, err := find(t, m, locate.Options{})
	require.NoError(t, err)
	want.Python.Source = "cache"
	assert.Equal(t, want.Python, got)
	assert.NotEmpty(t, got.Venv)
}

// Who activates a virtual environment expects its packages; one that lies around
// in the working directory is no such word.
func TestActiveVenvComesBeforeTheCache(t *testing.T) {
	t.Parallel()
	m := bare(t)
	record(t, filepath.Join(m.Home, "cache"), "key", t13)
	base := fakepython.Install(t, filepath.Join(m.Root, "somewhere"), t13)
	fakepython.Venv(t, filepath.Join(m.Cwd, ".venv"), base)
	got, err := find(t, m, locate.Options{})
	require.NoError(t, err)
	assert.Equal(t, "cache", got.Source)
	m.Env["VIRTUAL_ENV"] = filepath.Join(m.Cwd, ".venv")
	got, err = find(t, m, locate.Options{})
	require.NoError(t, err)
	assert.Equal(t, "active venv", got.Source)
}

// What the record says holds only while the library is the one it was made of.
func TestStaleRecord(t *testing.T) {
	t.Parallel()
	m := bare(t)
	dir, old := record(t, filepath.Join(m.Home, "cache"), "key", t13)
	fakepython.Install(t, filepath.Join(dir, "install"), fakepython.Spec{Version: "3.13.18t"})
	require.NoError(t, os.Chtimes(old.Python.Library, time.Time{}, time.Now().Add(time.Hour)))
	assert.False(t, old.Fresh())
	got, err := find(t, m, locate.Options{})
	require.NoError(t, err)
	assert.Equal(t, "3.13.18", got.Version)

	require.NoError(t, os.RemoveAll(filepath.Join(dir, "install")))
	_, err = find(t, m, locate.Options{})
	require.Error(t, err)
}

func TestRecordWhoseVenvIsGone(t *testing.T) {
	t.Parallel()
	m := bare(t)
	dir, recorded := record(t, filepath.Join(m.Home, "cache"), "key", t13)
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "venv")))
	got, err := find(t, m, locate.Options{})
	require.NoError(t, err)
	assert.Empty(t, got.Venv)
	assert.Equal(t, recorded.Base, got.Executable)
}

// A library named by itself brings the virtual environment that was made for it.
func TestChosenLibraryOfARecord(t *testing.T) {
	t.Parallel()
	m := bare(t)
	_, recorded := record(t, filepath.Join(m.Home, "cache"), "gil", fakepython.Spec{Version: "3.13.18"})
	got, err := find(t, m, locate.Options{Library: recorded.Python.Library})
	require.NoError(t, err)
	assert.Equal(t, recorded.Python.Venv, got.Venv)
	assert.Equal(t, "Options.Library", got.Source)
}

func TestManifestOfAnotherSchema(t *testing.T) {
	t.Parallel()
	dir, m := record(t, t.TempDir(), "key", t13)
	m.Schema = 99
	require.NoError(t, m.Write(dir))
	_, err := locate.ReadManifest(dir)
	require.ErrorContains(t, err, "schema 99")
}

func TestAnswersAreRememberedUntilTheFileChanges(t *testing.T) {
	t.Parallel()
	cacheDir := t.TempDir()
	python := fakepython.Install(t, t.TempDir(), t13)
	recall := locate.Remember(cacheDir, python, "/usr/lib")
	libDir, ok := recall()
	assert.True(t, ok)
	assert.Equal(t, "/usr/lib", libDir)
	require.NoError(t, os.Chtimes(python, time.Time{}, time.Now().Add(time.Hour)))
	_, ok = recall()
	assert.False(t, ok)
}
