package embed_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

func installation(t *testing.T) map[string]any {
	t.Helper()
	v, err := opened(t).Call(ctx0, "probe:installation")
	require.NoError(t, err)
	return v.(map[string]any)
}

// TestExecutableIsPython checks that Python takes itself for the python that was
// found, not for this program, whose name it must never start.
func TestExecutableIsPython(t *testing.T) {
	is := installation(t)
	found := harness.Python(t)
	require.Equal(t, found.Executable, is["executable"])
	require.NotEqual(t, os.Args[0], is["executable"])
	require.Equal(t, found.BasePrefix, is["base_prefix"])
	if found.Venv != "" {
		require.Equal(t, found.Venv, is["prefix"])
	}
}

var inVenv = harness.Part("in a virtual environment", func() {
	venv := setting("VENV")
	is := call(open(), "probe:installation").(map[string]any)
	harness.Assert(is["prefix"] == venv, "sys.prefix is %v, want %s", is["prefix"], venv)
	harness.Assert(is["prefix"] != is["base_prefix"], "sys.base_prefix is %v too", is["prefix"])
	harness.Assert(is["from_pth"] == "ran", "the import line of the .pth file did not run")
	on := map[any]bool{}
	for _, dir := range is["path"].([]any) {
		on[dir] = true
	}
	for _, dir := range []string{setting("SITE"), setting("EXTRA")} {
		harness.Assert(on[dir], "%s is not on sys.path: %v", dir, is["path"])
	}
})

// TestVirtualEnvironment makes a virtual environment with a .pth file in it, and
// checks that sys.prefix, site-packages and both kinds of lines of the file count.
func TestVirtualEnvironment(t *testing.T) {
	dir := t.TempDir()
	venv, extra := filepath.Join(dir, "venv"), filepath.Join(dir, "extra")
	out, err := exec.Command(harness.Python(t).Executable, "-m", "venv", "--without-pip", venv).CombinedOutput()
	require.NoError(t, err, string(out))
	sites, err := filepath.Glob(filepath.Join(venv, "lib", "python3*", "site-packages"))
	require.NoError(t, err)
	require.Len(t, sites, 1)
	require.NoError(t, os.Mkdir(extra, 0o755))
	lines := extra + "\nimport sys; sys.from_pth = 'ran'\n"
	require.NoError(t, os.WriteFile(filepath.Join(sites[0], "x.pth"), []byte(lines), 0o644))
	succeed(t, inVenv, "SNAKEPIT_PYTHON="+venv, set("VENV", venv), set("SITE", sites[0]), set("EXTRA", extra))
}
