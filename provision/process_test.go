package provision_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/provision"
	"github.com/gosnakepit/snakepit/provision/internal/fakepython"
	"github.com/gosnakepit/snakepit/provision/locate"
	"github.com/gosnakepit/snakepit/provision/locks"
	"github.com/gosnakepit/snakepit/provision/progress"
)

// withBases puts Pythons on the actor's machine, the preferred first.
func withBases(t *testing.T, a *actor, versions ...string) []locate.Python {
	t.Helper()
	var all []locate.Python
	for _, version := range versions {
		python := fakepython.Install(t, filepath.Join(t.TempDir(), version), fakepython.Spec{Version: version})
		found, _, err := locate.ProcessBases(t.Context(), locate.ProcessOptions{Python: python})
		require.NoError(t, err)
		found[0].Source = "path"
		all = append(all, found...)
	}
	a.host.Bases = func(ctx context.Context, o locate.ProcessOptions) ([]locate.Python, []locate.Attempt, error) {
		if o.Python != "" {
			return locate.ProcessBases(ctx, o)
		}
		if len(all) == 0 {
			return nil, nil, &locate.NotFoundError{Process: true}
		}
		return all, nil, nil
	}
	return all
}

func TestProcessProfile(t *testing.T) {
	t.Parallel()
	a := newActor(t)
	bases := withBases(t, a, "3.11.9", "3.12.4")
	o := provision.Options{Profile: provision.Process}
	r, err := a.setup(o)
	require.NoError(t, err)
	assert.Equal(t, "3.11.9", r.Python.Version)
	assert.Equal(t, bases[0].Executable, r.Base)
	assert.Equal(t, filepath.Join(r.Python.Venv, "bin/python"), r.Python.Executable)
	assert.False(t, r.Reused)
	assert.Zero(t, a.ran["make"], "nothing is built")
	list, err := os.ReadFile(filepath.Join(r.Python.Venv, "snakepit-requirements.txt"))
	require.NoError(t, err)
	lock, _ := locks.Named("cp311")
	assert.Equal(t, lock.Text, string(list))

	clear(a.ran)
	again, err := a.setup(o)
	require.NoError(t, err)
	assert.True(t, again.Reused)
	assert.Equal(t, r.Python, again.Python)
	assert.Empty(t, a.ran, "a second run starts nothing")

	o.Python = bases[1].Executable
	other, err := a.setup(o)
	require.NoError(t, err)
	assert.Equal(t, "3.12.4", other.Python.Version, "a choice is not answered with another Python")
	assert.FileExists(t, r.Python.Executable, "and takes nothing away")
}

// The profiles' records do not meet.
func TestProcessAndThreadProfiles(t *testing.T) {
	t.Parallel()
	a := newActor(t)
	withBases(t, a, "3.13.7")
	process, err := a.setup(provision.Options{Profile: provision.Process})
	require.NoError(t, err)
	thread, err := a.setup(provision.Options{})
	require.NoError(t, err)
	assert.NotEqual(t, process.Python.Executable, thread.Python.Executable)
	assert.True(t, thread.Python.FreeThreaded)
	again, err := a.setup(provision.Options{Profile: provision.Process})
	require.NoError(t, err)
	assert.Equal(t, process.Python, again.Python)
}

// A Python that cannot make environments, or has no lock, is passed over.
func TestUnfitBases(t *testing.T) {
	t.Parallel()
	a := newActor(t)
	withBases(t, a, "3.99.0", "3.11.9", "3.12.4")
	a.missing = "ensurepip: No module named 'ensurepip'\n"
	a.before["check"] = func() {
		if a.ran["check"] > 1 {
			a.missing = ""
		}
	}
	r, err := a.setup(provision.Options{Profile: provision.Process})
	require.NoError(t, err)
	assert.Equal(t, "3.12.4", r.Python.Version)
	said := a.said("find", progress.Note)
	require.Len(t, said, 2)
	assert.Contains(t, said[0], "no packages are locked for 3.99")
	assert.Contains(t, said[1], "No module named 'ensurepip'")
}

func TestNoPythonForTheProcessProfile(t *testing.T) {
	t.Parallel()
	a := newActor(t)
	withBases(t, a)
	_, err := a.setup(provision.Options{Profile: provision.Process})
	var failed *provision.Error
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, "find", failed.Step)
	assert.Contains(t, failed.Fix, "python3-venv")
	assert.Contains(t, failed.Fix, "SNAKEPIT_PROCESS_PYTHON")
	require.ErrorAs(t, err, new(*locate.NotFoundError))
}

func TestWrongOptions(t *testing.T) {
	t.Parallel()
	a := newActor(t)
	for _, o := range []provision.Options{{Profile: "thraed"}, {Profile: provision.Process, GIL: true}, {Profile: provision.Process, Build: true}} {
		_, err := a.setup(o)
		var failed *provision.Error
		require.ErrorAs(t, err, &failed)
		assert.Equal(t, "options", failed.Step)
	}
	assert.Empty(t, a.ran)
}

// A half-filled environment is not taken, and one whose Python is gone is made anew.
func TestTool(t *testing.T) {
	t.Parallel()
	a := newActor(t)
	bases := withBases(t, a, "3.11.9", "3.12.4")
	lock := locks.Lock{Name: "protoc", Text: "grpcio-tools==1.0\n"}
	get := func() (string, error) {
		return provision.ToolOn(t.Context(), provision.Options{CacheDir: a.cacheDir}, a.host, "protoc", lock)
	}
	a.fails["pip"] = errChild
	_, err := get()
	require.Error(t, err)
	delete(a.fails, "pip")
	python, err := get()
	require.NoError(t, err)
	assert.FileExists(t, python)
	assert.Equal(t, 2, a.ran["pip"])
	_, err = get()
	require.NoError(t, err)
	assert.Equal(t, 2, a.ran["pip"], "it is there")
	require.NoError(t, os.Remove(bases[0].Executable))
	_, err = get()
	require.NoError(t, err)
	assert.Equal(t, 3, a.ran["pip"])
}
