package provision_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/provision"
	"github.com/gosnakepit/snakepit/provision/internal/fakepython"
	"github.com/gosnakepit/snakepit/provision/locate"
	"github.com/gosnakepit/snakepit/provision/progress"
)

// here puts a Python on the actor's machine.
func (a *actor) here(s fakepython.Spec) locate.Python {
	a.t.Helper()
	p, err := locate.Inspect(a.t.Context(), fakepython.Install(a.t, filepath.Join(a.host.Root, "usr"), s))
	if err != nil {
		a.t.Fatal(err)
	}
	p.Source = "distribution"
	a.hereBefore = &p
	return p
}

func TestPythonOfTheMachineIsTaken(t *testing.T) {
	t.Parallel()
	a := newActor(t)
	p := a.here(fakepython.Spec{Version: "3.14.2t"})
	r, err := a.setup(provision.Options{})
	require.NoError(t, err)
	assert.Equal(t, p.Library, r.Python.Library)
	assert.Equal(t, p.Executable, r.Base)
	assert.NotEmpty(t, r.Python.Venv)
	assert.Zero(t, a.ran["make"])
	again, err := a.setup(provision.Options{})
	require.NoError(t, err)
	assert.True(t, again.Reused)
}

// One that lacks modules, or that nothing is locked for, is passed over.
func TestUnfitPythonOfTheMachine(t *testing.T) {
	t.Parallel()
	a := newActor(t)
	a.here(fakepython.Spec{Version: "3.15.1t"})
	r, err := a.setup(provision.Options{})
	require.NoError(t, err)
	assert.Equal(t, "3.13.15", r.Python.Version)
	assert.Contains(t, a.said("find", progress.Skipped)[0], "no locked packages")

	b := newActor(t)
	b.here(t13)
	b.missing = "ctypes: No module named '_ctypes'"
	b.before["configure"] = func() { b.missing = "" }
	r, err = b.setup(provision.Options{})
	require.NoError(t, err)
	assert.Equal(t, 1, b.ran["make"])
	assert.Contains(t, b.said("find", progress.Skipped)[0], "_ctypes")
	assert.Contains(t, r.Python.Library, b.cacheDir)
}

var t13 = fakepython.Spec{Version: "3.13.5t"}

func TestOldReleaseIsNoted(t *testing.T) {
	t.Parallel()
	a := newActor(t)
	a.here(t13)
	_, err := a.setup(provision.Options{})
	require.NoError(t, err)
	assert.Contains(t, a.said("find", progress.Note)[0], "3.13.6")
}

func TestUV(t *testing.T) {
	t.Parallel()
	a := newActor(t)
	a.host.Paths["uv"] = "/bin/uv"
	r, err := a.setup(provision.Options{})
	require.NoError(t, err)
	assert.Equal(t, "3.13.11", r.Python.Version)
	assert.Zero(t, a.ran["make"])
	again, err := a.setup(provision.Options{})
	require.NoError(t, err)
	assert.True(t, again.Reused)
}

func TestUVFromPip(t *testing.T) {
	t.Parallel()
	a := newActor(t)
	a.host.Paths["python3"] = "/bin/python3"
	r, err := a.setup(provision.Options{})
	require.NoError(t, err)
	assert.Equal(t, "3.13.11", r.Python.Version)
	assert.Equal(t, 1, a.ran["pip uv"])
}

// A uv that cannot download is passed over, and leaves nothing.
func TestUVWithoutNetwork(t *testing.T) {
	t.Parallel()
	for _, child := range []string{"uv", "pip uv"} {
		a := newActor(t)
		a.host.Paths["python3"] = "/bin/python3"
		a.fails[child] = errChild
		a.before[child] = func() { fakepython.Write(t, filepath.Join(a.cacheDir, "pythons/uv-3.13t/install/half"), nil) }
		r, err := a.setup(provision.Options{})
		require.NoError(t, err)
		assert.Equal(t, "3.13.15", r.Python.Version)
		assert.Contains(t, a.said("uv", progress.Skipped)[0], "the last words of "+child)
		assert.NoDirExists(t, filepath.Join(a.cacheDir, "pythons/uv-3.13t"))
	}
}

func TestGILBuildIsApart(t *testing.T) {
	t.Parallel()
	a := newActor(t)
	free, err := a.setup(provision.Options{})
	require.NoError(t, err)
	gil, err := a.setup(provision.Options{GIL: true})
	require.NoError(t, err)
	assert.False(t, gil.Python.FreeThreaded)
	assert.NotContains(t, a.commands["configure"], "--disable-gil")
	assert.NotEqual(t, free.Dir, gil.Dir)
	for o, want := range map[bool]provision.Result{false: free, true: gil} {
		got, err := a.setup(provision.Options{GIL: o})
		require.NoError(t, err)
		assert.True(t, got.Reused)
		assert.Equal(t, want.Python, got.Python)
	}
}

// A build is asked for although the machine has a Python and uv.
func TestBuildWhateverElseThereIs(t *testing.T) {
	t.Parallel()
	a := newActor(t)
	a.host.Paths["uv"] = "/bin/uv"
	a.here(fakepython.Spec{Version: "3.13.15t"})
	_, err := a.setup(provision.Options{})
	require.NoError(t, err)
	r, err := a.setup(provision.Options{Build: true})
	require.NoError(t, err)
	assert.Equal(t, 1, a.ran["make"])
	assert.Contains(t, r.Python.Library, a.cacheDir)
	r, err = a.setup(provision.Options{Build: true})
	require.NoError(t, err)
	assert.True(t, r.Reused)
}

func TestChosenPython(t *testing.T) {
	t.Parallel()
	a := newActor(t)
	python := fakepython.Install(t, t.TempDir(), fakepython.Spec{Version: "3.13.18"})
	r, err := a.setup(provision.Options{Python: python})
	require.NoError(t, err)
	assert.Equal(t, python, r.Base)
	assert.False(t, r.Python.FreeThreaded, "the choice may have the GIL")
	r, err = a.setup(provision.Options{Python: python})
	require.NoError(t, err)
	assert.True(t, r.Reused)

	_, err = a.setup(provision.Options{Python: filepath.Join(t.TempDir(), "missing")})
	var unusable *locate.UnusableError
	require.ErrorAs(t, err, &unusable)
	assert.Zero(t, a.ran["make"])
}

// Nothing is locked for this version, and it was asked for all the same.
func TestChosenPythonWithoutLock(t *testing.T) {
	t.Parallel()
	a := newActor(t)
	python := fakepython.Install(t, t.TempDir(), fakepython.Spec{Version: "3.15.0t"})
	r, err := a.setup(provision.Options{Python: python})
	require.NoError(t, err)
	assert.Equal(t, python, r.Python.Executable)
	assert.Empty(t, r.Python.Venv)
	assert.Contains(t, a.said("find", progress.Note)[0], "3.15t")
	assert.Zero(t, a.ran["pip"])
	again, err := a.setup(provision.Options{Python: python})
	require.NoError(t, err)
	assert.True(t, again.Reused)
}

// The default is not a Python that was once chosen and has the GIL.
func TestChoiceDoesNotStick(t *testing.T) {
	t.Parallel()
	a := newActor(t)
	_, err := a.setup(provision.Options{Python: fakepython.Install(t, t.TempDir(), fakepython.Spec{Version: "3.13.18"})})
	require.NoError(t, err)
	r, err := a.setup(provision.Options{})
	require.NoError(t, err)
	assert.True(t, r.Python.FreeThreaded)
	r, err = a.setup(provision.Options{GIL: true})
	require.NoError(t, err)
	assert.Contains(t, r.Python.Library, a.cacheDir, "--gil means a build from the same source")
}
