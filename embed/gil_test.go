package embed_test

import (
	"errors"
	"log/slog"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/embed"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/provision/locate"
	"github.com/gosnakepit/snakepit/threadprofile"
)

// needsGIL compiles the extension module that turns the GIL on, and returns the
// folder that it is in.
func needsGIL(t *testing.T) string {
	t.Helper()
	harness.FreeThreaded(t)
	cc, err := exec.LookPath("cc")
	if err != nil {
		t.Skip("no C compiler")
	}
	ask := exec.Command(harness.Python(t).Executable, "-I", "-c", `import sysconfig; print(sysconfig.get_path("include"))`)
	include, err := ask.Output()
	require.NoError(t, err)
	headers := strings.TrimSpace(string(include))
	if found, _ := filepath.Glob(filepath.Join(headers, "Python.h")); len(found) == 0 {
		t.Skip("no Python headers in " + headers)
	}
	dir := t.TempDir()
	out, err := exec.Command(cc, "-shared", "-fPIC", "-I", headers, "-o", filepath.Join(dir, "needsgil.so"), "testdata/needsgil.c").CombinedOutput()
	require.NoError(t, err, string(out))
	return dir
}

var gilComesOn = harness.Part("the GIL comes on", func() {
	var events []threadprofile.GILEvent
	log := &record{}
	c := threadprofile.Config{Path: []string{setting("DIR")}, OnGIL: func(e threadprofile.GILEvent) { events = append(events, e) }}
	rt, err := tryOpen(c, log.logger())
	harness.Check(err)
	harness.Assert(!stats(rt).GIL && len(stats(rt).GILCulprits) == 0, "from the start: %+v", stats(rt))
	name, err := rt.Call(ctx0, "needsgil:__name__.upper")
	harness.Check(err)
	harness.Assert(name == "NEEDSGIL", "got %v", name)
	call(rt, "colorsys:rgb_to_hls", 1, 1, 1) // another import: it is reported once
	harness.Assert(call(rt, "sys:_is_gil_enabled") == true, "the GIL is off")
	s := stats(rt)
	harness.Assert(s.GIL && slices.Equal(s.GILCulprits, []string{"needsgil"}), "stats: %+v", s)
	harness.Assert(len(events) == 1 && slices.Equal(events[0].Modules, []string{"needsgil"}), "events: %v", events)
	harness.Assert(log.count("the GIL is back on") == 1 && log.count("modules=[needsgil]") == 1, "log: %s", log)
})

// TestGILComesOn imports a module that turns the GIL on: the log says so once, with
// its name, as do the event and the stats.
func TestGILComesOn(t *testing.T) { succeed(t, gilComesOn, set("DIR", needsGIL(t))) }

var gilImportFails = harness.Part("the import fails", func() {
	policy := map[string]threadprofile.GILPolicy{"fail": threadprofile.GILFail, "refuse": threadprofile.GILRefuse}[setting("POLICY")]
	rt := openWith(threadprofile.Config{Path: []string{setting("DIR")}, GIL: policy})
	for _, module := range []string{"needsgil", "needsgil", "wrapsgil"} {
		_, err := rt.Call(ctx0, module+":__name__.upper")
		var refused *embed.GILImportError
		harness.Assert(errors.As(err, &refused) && refused.Module == module, "%s: got %v", module, err)
	}
	call(rt, "probe:say") // others are imported
	harness.Assert(call(rt, "sys:_is_gil_enabled") == false, "the GIL is on")
	harness.Assert(!stats(rt).GIL && len(stats(rt).GILCulprits) == 0, "stats: %+v", stats(rt))
	harness.Check(rt.Close())
})

// TestGILFail refuses imports before they can turn the GIL on, under both of the
// policies that do: that of the extension module, and of a module that imports it.
func TestGILFail(t *testing.T) {
	dir := needsGIL(t)
	for _, policy := range []string{"fail", "refuse"} {
		succeed(t, gilImportFails, set("DIR", dir), set("POLICY", policy))
	}
}

var gilRefused = harness.Part("the GIL is refused", func() {
	_, err := tryOpen(threadprofile.Config{GIL: threadprofile.GILRefuse}, slog.New(slog.DiscardHandler))
	harness.Assert(errors.Is(err, snakepit.ErrUnavailable), "got %v", err)
	harness.Assert(strings.Contains(err.Error(), "has the GIL on"), "got %v", err)
	rt := open()
	harness.Assert(stats(rt).GIL && !stats(rt).FreeThreaded, "stats: %+v", stats(rt))
	harness.Check(rt.Close())
})

// TestGILRefuse opens a Python that was built with the GIL: the policy refuses it;
// without the policy it opens, and the stats say so.
func TestGILRefuse(t *testing.T) {
	cache, err := locate.DefaultCacheDir()
	require.NoError(t, err)
	found, err := filepath.Glob(filepath.Join(cache, "pythons", "cpython-3.*", "venv-*", "bin", "python"))
	require.NoError(t, err)
	for _, path := range found {
		if p, err := locate.Inspect(ctx0, path); err == nil && !p.FreeThreaded {
			harness.Child{Part: gilRefused, Env: []string{"SNAKEPIT_LIBPYTHON=", "SNAKEPIT_PYTHON=" + path}}.Succeed(t)
			return
		}
	}
	t.Skip("no Python with the GIL in the cache")
}
