package provision_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/provision"
	"github.com/gosnakepit/snakepit/provision/internal/fakepython"
	"github.com/gosnakepit/snakepit/provision/locate"
	"github.com/gosnakepit/snakepit/provision/locks"
	"github.com/gosnakepit/snakepit/provision/progress"
)

var errChild = errors.New("exit status 1")

func TestBuildFromSource(t *testing.T) {
	t.Parallel()
	a := newActor(t)
	r, err := a.setup(provision.Options{})
	require.NoError(t, err)
	assert.Equal(t, "3.13.15", r.Python.Version)
	assert.True(t, r.Python.FreeThreaded)
	assert.False(t, r.Reused)
	assert.Equal(t, filepath.Join(r.Dir, "install/bin/python3.13t"), r.Base)
	assert.Equal(t, filepath.Join(r.Python.Venv, "bin/python"), r.Python.Executable)
	assert.Equal(t, []string{"python3.13 3.13.18-1 is listed and cannot be downloaded"}, a.said("source", progress.Note))
	assert.Contains(t, a.commands["configure"], "--disable-gil")
	assert.Contains(t, a.commands["configure"], "--prefix="+filepath.Join(r.Dir, "install"))

	m, err := locate.ReadManifest(r.Dir)
	require.NoError(t, err)
	lock, _ := locks.Named("cp313t")
	assert.Equal(t, lock.Hash(), m.LockHash)
	assert.Equal(t, r.Python, m.Python)
	entries, err := filepath.Glob(filepath.Join(a.cacheDir, "tmp", "*"))
	require.NoError(t, err)
	assert.Empty(t, entries, "nothing unfinished is left")
}

func TestSecondRunStartsNothing(t *testing.T) {
	t.Parallel()
	a := newActor(t)
	first, err := a.setup(provision.Options{})
	require.NoError(t, err)
	clear(a.ran)
	second, err := a.setup(provision.Options{})
	require.NoError(t, err)
	assert.Empty(t, a.ran)
	assert.True(t, second.Reused)
	assert.Equal(t, first.Python, second.Python)
}

func TestTwoAtOnceMakeOne(t *testing.T) {
	t.Parallel()
	a := newActor(t)
	var both sync.WaitGroup
	results := make([]provision.Result, 2)
	errs := make([]error, 2)
	for i := range 2 {
		both.Go(func() { results[i], errs[i] = a.setup(provision.Options{}) })
	}
	both.Wait()
	require.NoError(t, errors.Join(errs...))
	assert.Equal(t, 1, a.ran["make"])
	assert.Equal(t, results[0].Python, results[1].Python)
	assert.NotEqual(t, results[0].Reused, results[1].Reused, "one made it")
}

// Who finds all there does not wait for somebody who is at work.
func TestReadyNeedsNoLock(t *testing.T) {
	t.Parallel()
	a := newActor(t)
	_, err := a.setup(provision.Options{})
	require.NoError(t, err)
	unlock, err := provision.Flock(t.Context(), filepath.Join(a.cacheDir, "setup.lock"), func() {})
	require.NoError(t, err)
	defer unlock()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	r, err := a.setupContext(ctx, provision.Options{})
	require.NoError(t, err)
	assert.True(t, r.Reused)
	assert.Empty(t, a.said("wait", progress.Note))
}

func TestBuildKey(t *testing.T) {
	t.Parallel()
	keys := map[string]bool{}
	for _, key := range []string{
		provision.BuildKey("3.13.15", "debian12", false, []string{"a", "b"}), provision.BuildKey("3.13.15", "debian12", true, []string{"a", "b"}),
		provision.BuildKey("3.13.18", "debian12", false, []string{"a", "b"}), provision.BuildKey("3.13.15", "debian13", false, []string{"a", "b"}),
		provision.BuildKey("3.13.15", "debian12", false, []string{"a", "c"}), provision.BuildKey("3.13.15", "debian12", false, []string{"ab"}),
	} {
		keys[key] = true
	}
	assert.Len(t, keys, 6)
}

func TestWaiterSaysSo(t *testing.T) {
	t.Parallel()
	a := newActor(t)
	require.NoError(t, os.MkdirAll(a.cacheDir, 0o755))
	unlock, err := provision.Flock(t.Context(), filepath.Join(a.cacheDir, "setup.lock"), func() {})
	require.NoError(t, err)
	ctx, cancel := context.WithCancelCause(t.Context())
	done := make(chan error, 1)
	waited := make(chan struct{})
	go func() {
		_, err := provision.SetupOn(ctx, provision.Options{CacheDir: a.cacheDir, Progress: func(e progress.Event) {
			if e.State == progress.Note {
				close(waited)
			}
		}}, a.host)
		done <- err
	}()
	<-waited
	cancel(errors.New("enough"))
	require.ErrorContains(t, <-done, "enough")
	unlock()
	assert.Empty(t, a.ran)
}

// An interrupted set-up leaves its work behind; the next one removes it.
func TestInterruptedStartsClean(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"download", "make", "install", "venv", "pip"} {
		a := newActor(t)
		ctx, cancel := context.WithCancelCause(t.Context())
		a.before[at] = func() { cancel(errors.New("interrupted")) }
		_, err := a.setupContext(ctx, provision.Options{})
		require.ErrorContains(t, err, "interrupted", at)
		require.ErrorContains(t, err, "starts clean", at)
		delete(a.before, at)
		r, err := a.setup(provision.Options{})
		require.NoError(t, err, at)
		assert.Equal(t, "3.13.15", r.Python.Version)
		if at == "pip" {
			assert.Equal(t, 2, a.ran["pip"], "a half-filled environment is not taken")
		}
	}
}

// What a killed set-up could not remove goes, and finished work stays.
func TestSweep(t *testing.T) {
	t.Parallel()
	a := newActor(t)
	half := filepath.Join(a.cacheDir, "pythons/half/install/bin/python3.13t")
	fakepython.Write(t, half, nil)
	fakepython.Write(t, filepath.Join(a.cacheDir, "tmp/build-1/file"), nil)
	_, err := a.setup(provision.Options{})
	require.NoError(t, err)
	_, err = a.setup(provision.Options{GIL: true})
	require.NoError(t, err)
	assert.NoFileExists(t, half)
	assert.NoDirExists(t, filepath.Join(a.cacheDir, "tmp"))
	kept, err := filepath.Glob(filepath.Join(a.cacheDir, "pythons/*"))
	require.NoError(t, err)
	assert.Len(t, kept, 2)
}

// A failure after the build costs no second build.
func TestFailedPackagesKeepTheBuild(t *testing.T) {
	t.Parallel()
	a := newActor(t)
	a.fails["pip"] = errChild
	_, err := a.setup(provision.Options{})
	var failed *provision.Error
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, "packages", failed.Step)
	assert.Equal(t, []string{"the last words of pip"}, failed.Output)
	assert.FileExists(t, failed.Log)
	assert.Contains(t, failed.Fix, "package index")
	delete(a.fails, "pip")
	r, err := a.setup(provision.Options{})
	require.NoError(t, err)
	assert.Equal(t, 1, a.ran["make"])
	assert.Equal(t, "3.13.15", r.Python.Version)
}

func TestVenvIsMadeAnewWhenItIsGone(t *testing.T) {
	t.Parallel()
	a := newActor(t)
	first, err := a.setup(provision.Options{})
	require.NoError(t, err)
	require.NoError(t, os.RemoveAll(first.Python.Venv))
	second, err := a.setup(provision.Options{})
	require.NoError(t, err)
	assert.Equal(t, first.Python, second.Python)
	assert.Equal(t, 1, a.ran["make"])
	assert.Equal(t, 2, a.ran["pip"])
}

// Each step's failure names it, its command, its last words and a fix.
func TestEachFailureNamesItsStep(t *testing.T) {
	t.Parallel()
	for child, want := range map[string]string{
		"showsrc": "source", "tar": "unpack", "configure": "configure", "make": "compile", "install": "install",
		"check": "check", "venv": "virtual environment",
	} {
		a := newActor(t)
		a.fails[child] = errChild
		_, err := a.setup(provision.Options{})
		var failed *provision.Error
		require.ErrorAs(t, err, &failed, child)
		assert.Equal(t, want, failed.Step)
		assert.NotEmpty(t, failed.Command, child)
		assert.Equal(t, []string{"the last words of " + child}, failed.Output)
		assert.FileExists(t, failed.Log)
		_, err = os.Stat(filepath.Join(a.cacheDir, "tmp"))
		require.ErrorIs(t, err, os.ErrNotExist)
	}
}

// A suite that cannot be read does not matter while another has the source.
func TestUnreadableSuite(t *testing.T) {
	t.Parallel()
	a := newActor(t)
	a.fails["lists"] = errChild
	_, err := a.setup(provision.Options{})
	require.NoError(t, err)
	assert.Contains(t, a.said("source", progress.Note)[0], "not every suite")
}

func TestNothingToDownload(t *testing.T) {
	t.Parallel()
	a := newActor(t)
	a.available = nil
	_, err := a.setup(provision.Options{})
	var failed *provision.Error
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, []string{"404 Not Found"}, failed.Output)
	assert.Contains(t, failed.Fix, "SNAKEPIT_PYTHON")
}

// A build without a library that it needs is refused, not recorded.
func TestBuildThatLacksModules(t *testing.T) {
	t.Parallel()
	a := newActor(t)
	a.missing = "ssl: No module named '_ssl'\n"
	_, err := a.setup(provision.Options{})
	var failed *provision.Error
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, "check", failed.Step)
	assert.Contains(t, failed.Err.Error(), "No module named '_ssl'")
	assert.Contains(t, failed.Fix, "libssl-dev")
	kept, err := filepath.Glob(filepath.Join(a.cacheDir, "pythons/*"))
	require.NoError(t, err)
	assert.Empty(t, kept)
}

func TestDependencies(t *testing.T) {
	t.Parallel()
	a := newActor(t)
	a.installed = map[string]bool{"build-essential": true, "libssl-dev": true}
	_, err := a.setup(provision.Options{})
	require.NoError(t, err)
	command := strings.Join(a.commands["apt install"], " ")
	assert.Contains(t, command, "libffi-dev")
	assert.NotContains(t, command, "libssl-dev", "only what is missing")

	user := newActor(t)
	user.installed = map[string]bool{"build-essential": true}
	user.host.Euid = 1000
	_, err = user.setup(provision.Options{})
	var failed *provision.Error
	require.ErrorAs(t, err, &failed)
	assert.Contains(t, failed.Fix, "sudo apt-get install -y")
	assert.Contains(t, failed.Fix, "libssl-dev")
	assert.Zero(t, user.ran["apt install"])
}

func TestOtherDistributions(t *testing.T) {
	t.Parallel()
	a := newActor(t)
	fakepython.Write(t, filepath.Join(a.host.Root, "etc/os-release"), []byte("ID=fedora\nVERSION_ID=43\n"))
	_, err := a.setup(provision.Options{})
	var failed *provision.Error
	require.ErrorAs(t, err, &failed)
	assert.Contains(t, failed.Fix, "dnf install")
	assert.Contains(t, a.said("source", progress.Skipped)[0], "fedora43")
}

func TestUnwritableCache(t *testing.T) {
	t.Parallel()
	a := newActor(t)
	fakepython.Write(t, a.cacheDir, []byte("a file in its place"))
	_, err := a.setup(provision.Options{})
	var failed *provision.Error
	require.ErrorAs(t, err, &failed)
	assert.Contains(t, failed.Fix, "XDG_CACHE_HOME")
}
