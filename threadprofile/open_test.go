package threadprofile_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/threadprofile"
)

// TestOpenAgain opens and closes several times in one process.
func TestOpenAgain(t *testing.T) {
	harness.Python(t)
	harness.Child{Part: againPart}.Succeed(t)
}

var againPart = harness.Part("again", func() {
	var version string
	for i := range 5 {
		rt := openChild(threadprofile.Config{})
		v, err := rt.Eval(ctx0, "ns", "globals().get('left', 'nothing')")
		harness.Check(err)
		wants(v, "nothing")
		harness.Check(rt.Exec(ctx0, "ns", "left = 1"))
		wants(len(call(rt, "set_state", i).([]any)), i+1) // modules are the process's
		if p := rt.Stats().Pools["default"].Python; version == "" {
			version = p.Python
		} else {
			wants(p.Python, version)
		}
		harness.Check(rt.Close())
	}
})

// TestOpenAtOnce opens from many goroutines.
func TestOpenAtOnce(t *testing.T) {
	harness.Python(t)
	harness.Child{Part: atOncePart}.Succeed(t)
}

var atOncePart = harness.Part("at once", func() {
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for i := range 5 {
				rt := openChild(threadprofile.Config{})
				wants(call(rt, "square", i), i*i)
				harness.Check(rt.Close())
			}
		})
	}
	all.Wait()
})

// TestOpenGivenUp gives Open up while it imports an adapter, and opens again.
func TestOpenGivenUp(t *testing.T) {
	rt := open(t, 1)
	exec(t, rt, "import sys; sys.modules.pop('slow_import', None)")
	for _, patience := range []time.Duration{0, 20 * time.Millisecond} {
		ctx, cancel := context.WithTimeout(ctx0, patience)
		_, err := snakepit.Open(ctx, snakepit.Config{Pools: []snakepit.PoolConfig{{
			Profile: threadprofile.New(threadprofile.Config{Adapter: "slow_import", Path: []string{testdata()}}),
		}}})
		cancel()
		require.ErrorIs(t, err, context.DeadlineExceeded)
	}
	rt = openWith(t, threadprofile.Config{Adapter: "slow_import"}, snakepit.PoolConfig{Workers: 2})
	v, err := rt.Execute(ctx0, "f", nil)
	require.NoError(t, err)
	require.Equal(t, int64(1), v)
}

// TestContradictions opens with settings that do not fit the Python that runs.
func TestContradictions(t *testing.T) {
	p := harness.Python(t)
	first, err := tryChild(threadprofile.Config{}, io.Discard)
	require.NoError(t, err)
	defer func() { require.NoError(t, first.Close()) }()
	for field, c := range map[string]threadprofile.Config{
		"Library": {Library: "/lib/other.so"}, "Python": {Python: "/no/such/python"}, "Stdout": {Stdout: io.Discard}, "Stderr": {Stderr: io.Discard},
	} {
		_, err := tryChild(c, io.Discard)
		require.ErrorContains(t, err, field)
	}
	same, err := tryChild(threadprofile.Config{Library: p.Library}, io.Discard)
	require.NoError(t, err, "the library that runs is no contradiction")
	require.NoError(t, same.Close())
	same, err = tryChild(threadprofile.Config{Python: p.Executable}, io.Discard)
	require.NoError(t, err, "nor is the python that runs")
	require.NoError(t, same.Close())
}

// TestUnavailable opens where no Python can be had, and then with one that can:
// a failure leaves nothing locked.
func TestUnavailable(t *testing.T) {
	p := harness.Python(t)
	elf := systemLibrary(t)
	text := filepath.Join(t.TempDir(), "libpython3.13t.so.1.0")
	require.NoError(t, os.WriteFile(text, []byte("not a library"), 0o600))
	for name, env := range map[string][]string{
		"no such python":     {"SNAKEPIT_PYTHON=/no/such/python", "WANT=SNAKEPIT_PYTHON=/no/such/python"},
		"no such library":    {"SNAKEPIT_PYTHON=" + p.Executable, "SNAKEPIT_LIBPYTHON=/no/such/lib.so", "WANT=/no/such/lib.so"},
		"not a library":      {"SNAKEPIT_PYTHON=" + p.Executable, "SNAKEPIT_LIBPYTHON=" + text, "WANT=" + text},
		"some other library": {"SNAKEPIT_PYTHON=" + p.Executable, "SNAKEPIT_LIBPYTHON=" + elf, "WANT=" + elf},
		"nowhere":            {"SNAKEPIT_PYTHON=", "SNAKEPIT_LIBPYTHON=", "HOME=/nonexistent", "XDG_CACHE_HOME=/nonexistent", "PATH=/nonexistent", "VIRTUAL_ENV=", "PYENV_ROOT=/nonexistent", "WANT=looked in"},
	} {
		t.Run(name, func(t *testing.T) {
			out := harness.Child{Part: unavailablePart, Env: append(env, "GOOD_PYTHON="+p.Executable, "GOOD_LIBRARY="+p.Library)}.Succeed(t)
			t.Log(out.Stdout)
		})
	}
}

func systemLibrary(t *testing.T) string {
	found, err := filepath.Glob("/lib/*/libm.so.6")
	require.NoError(t, err)
	if len(found) == 0 {
		t.Skip("there is no libm here")
	}
	return found[0]
}

var unavailablePart = harness.Part("unavailable", func() {
	_, err := tryChild(threadprofile.Config{}, io.Discard)
	if err == nil && strings.Contains(os.Getenv("WANT"), "looked in") {
		return // some Python stands where no variable leads
	}
	fmt.Println(err)
	harness.Assert(errors.Is(err, snakepit.ErrUnavailable), "%v", err)
	harness.Assert(snakepit.SafeToRetry(err), "%v is not safe to retry", err)
	harness.Assert(strings.Contains(err.Error(), os.Getenv("WANT")), "%v does not name %s", err, os.Getenv("WANT"))
	rt := openChild(threadprofile.Config{Python: os.Getenv("GOOD_PYTHON"), Library: os.Getenv("GOOD_LIBRARY")})
	wants(call(rt, "square", 3), 9)
})

// TestDeepRecursion recurses through C on stacks that are large enough to notice.
func TestDeepRecursion(t *testing.T) {
	harness.Python(t)
	for _, limit := range []string{"8192", "6144"} {
		t.Run(limit, func(t *testing.T) {
			harness.Child{Part: deepPart, Before: []string{"/bin/sh", "-c", "ulimit -s " + limit + ` && exec "$@"`, "sh"}}.Succeed(t)
		})
	}
}

var deepPart = harness.Part("deep", func() {
	rt := openChild(threadprofile.Config{})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			_, err := rt.Eval(ctx0, "child", "(f := lambda n: sorted([1, 2], key=lambda _: f(n + 1)))(0)")
			harness.Assert(err != nil && strings.Contains(err.Error(), "RecursionError"), "got %v", err)
			_, err = rt.Eval(ctx0, "child", "repr((lambda l: [l := [l] for _ in range(100000)][-1])([]))")
			harness.Assert(err != nil && strings.Contains(err.Error(), "RecursionError"), "got %v", err)
		})
	}
	all.Wait()
})
