package locate_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/provision/internal/fakepython"
	"github.com/gosnakepit/snakepit/provision/locate"
)

func findProcess(t *testing.T, m locate.Machine, o locate.ProcessOptions) (locate.Python, error) {
	t.Helper()
	if o.CacheDir == "" {
		o.CacheDir = filepath.Join(m.Home, "cache")
	}
	p, attempts, err := locate.FindProcessOn(t.Context(), m, o)
	assert.NotEmpty(t, attempts)
	return p, err
}

// equip puts what a worker needs into a folder of packages.
func equip(t *testing.T, prefix, abi string) {
	t.Helper()
	for _, folder := range []string{"grpc", "google/protobuf"} {
		require.NoError(t, os.MkdirAll(filepath.Join(prefix, "lib/python"+abi+"/site-packages", folder), 0o755))
	}
}

// prepared is what setup leaves: a record and an environment with packages.
func prepared(t *testing.T, m locate.Machine, base, version string) locate.Manifest {
	t.Helper()
	var minor, micro int
	_, err := fmt.Sscanf(version, "3.%d.%d", &minor, &micro)
	require.NoError(t, err)
	dir := filepath.Join(locate.ProcessDir(filepath.Join(m.Home, "cache")), "cpython-"+version)
	manifest, err := locate.NewManifest(locate.Python{Executable: base, Version: version, Major: 3, Minor: minor, Micro: micro})
	require.NoError(t, err)
	manifest = manifest.WithVenv(filepath.Join(dir, "venv"))
	fakepython.Venv(t, manifest.Python.Venv, base)
	equip(t, manifest.Python.Venv, manifest.Python.ABI())
	require.NoError(t, manifest.Write(dir))
	return manifest
}

// An active environment with grpcio comes first, then setup's, then PATH.
func TestProcessOrder(t *testing.T) {
	t.Parallel()
	m := bare(t)
	base := fakepython.Install(t, filepath.Join(m.Root, "base"), fakepython.Spec{Version: "3.11.9", Static: true, NoLib: true})
	m.Env["PATH"] = filepath.Join(m.Root, "base/bin")
	_, err := findProcess(t, m, locate.ProcessOptions{})
	var missing *locate.NotFoundError
	require.ErrorAs(t, err, &missing)
	require.ErrorContains(t, err, "lacks grpcio and protobuf")
	require.ErrorContains(t, err, "snakepit setup --profile process")

	require.NoError(t, os.MkdirAll(filepath.Join(m.Root, "base/lib/python3.11/site-packages/google/protobuf"), 0o755))
	_, err = findProcess(t, m, locate.ProcessOptions{})
	require.ErrorContains(t, err, "lacks grpcio:", "one of the two is not enough")

	equip(t, filepath.Join(m.Root, "base"), "3.11")
	got, err := findProcess(t, m, locate.ProcessOptions{})
	require.NoError(t, err)
	assert.Equal(t, "path", got.Source)
	assert.Equal(t, base, got.Executable)
	assert.Equal(t, "3.11.9", got.Version)
	assert.Empty(t, got.Library, "none is needed")

	other := fakepython.Install(t, filepath.Join(m.Root, "other"), fakepython.Spec{Version: "3.12.4"})
	manifest := prepared(t, m, other, "3.12.4")
	got, err = findProcess(t, m, locate.ProcessOptions{})
	require.NoError(t, err)
	assert.Equal(t, manifest.Python.Executable, got.Executable)

	m.Env["VIRTUAL_ENV"] = filepath.Join(m.Home, "active")
	fakepython.Venv(t, m.Env["VIRTUAL_ENV"], base)
	_, attempts, err := locate.FindProcessOn(t.Context(), m, locate.ProcessOptions{CacheDir: filepath.Join(m.Home, "cache")})
	require.NoError(t, err)
	assert.Equal(t, "active venv", attempts[0].Step)
	assert.Contains(t, attempts[0].Outcome, "active/bin/python -m pip install grpcio protobuf", "it is passed over, and the outcome says why")

	equip(t, m.Env["VIRTUAL_ENV"], "3.11")
	got, err = findProcess(t, m, locate.ProcessOptions{})
	require.NoError(t, err)
	assert.Equal(t, filepath.Join(m.Home, "active/bin/python"), got.Executable)
	assert.Equal(t, filepath.Join(m.Home, "active"), got.Venv)
}

func TestProcessChoice(t *testing.T) {
	t.Parallel()
	m := bare(t)
	bases := map[string]string{}
	for _, version := range []string{"3.11.9", "3.13.1", "3.9.18", "3.13.15t"} {
		bases[version] = fakepython.Install(t, filepath.Join(m.Root, version), fakepython.Spec{Version: version})
		equip(t, filepath.Join(m.Root, version), fakepython.Spec{Version: version}.ABI())
	}
	empty := fakepython.Install(t, filepath.Join(m.Root, "empty"), fakepython.Spec{Version: "3.12.4"})
	venv := fakepython.Venv(t, filepath.Join(m.Home, "venv"), empty)
	for chosen, why := range map[string]string{
		bases["3.9.18"]:   "3.10 is the oldest",
		bases["3.13.15t"]: "turn its GIL on",
		empty:             "snakepit setup --profile process --python " + empty,
		venv:              venv + " -m pip install grpcio protobuf",
		"/no/such/python": "no such file",
		filepath.Join(m.Root, "3.11.9/lib/libpython3.11.so.1.0"): "name the interpreter",
	} {
		_, err := findProcess(t, m, locate.ProcessOptions{Python: chosen})
		var unusable *locate.UnusableError
		require.ErrorAs(t, err, &unusable, chosen)
		require.ErrorContains(t, err, why)
	}
	got, err := findProcess(t, m, locate.ProcessOptions{Python: bases["3.13.15t"], AllowFreeThreaded: true})
	require.NoError(t, err)
	assert.True(t, got.FreeThreaded)

	m.Env["SNAKEPIT_PROCESS_PYTHON"] = filepath.Join(m.Root, "3.13.1")
	got, err = findProcess(t, m, locate.ProcessOptions{})
	require.NoError(t, err)
	assert.Equal(t, bases["3.13.1"], got.Executable)
	assert.Equal(t, "SNAKEPIT_PROCESS_PYTHON", got.Source)
	got, err = findProcess(t, m, locate.ProcessOptions{Python: bases["3.11.9"]})
	require.NoError(t, err)
	assert.Equal(t, bases["3.11.9"], got.Executable)

	manifest := prepared(t, m, empty, "3.12.4")
	got, err = findProcess(t, m, locate.ProcessOptions{Python: empty})
	require.NoError(t, err)
	assert.Equal(t, manifest.Python.Executable, got.Executable, "what setup made of the chosen one")
}

// The files of Python 3.10 do not say which Python they are: it is asked, once.
func TestProcessAsksOldPythons(t *testing.T) {
	t.Parallel()
	m := bare(t)
	count := filepath.Join(t.TempDir(), "count")
	shim := filepath.Join(m.Home, "shims/python3.10")
	base := fakepython.Install(t, filepath.Join(m.Root, "base"), fakepython.Spec{Version: "3.11.9"})
	equip(t, filepath.Join(m.Root, "base"), "3.11")
	fakepython.Write(t, shim, fmt.Appendf(nil, "#!/bin/sh\necho >>%s\necho '{\"executable\": \"%s\", \"version\": 1}'\n", count, base))
	for range 2 {
		got, err := findProcess(t, m, locate.ProcessOptions{Python: shim})
		require.NoError(t, err)
		assert.Equal(t, base, got.Executable)
	}
	asked, err := os.ReadFile(count)
	require.NoError(t, err)
	assert.Equal(t, "\n", string(asked))
}

func TestEnvironmentThatSeesTheSystemsPackages(t *testing.T) {
	t.Parallel()
	m := bare(t)
	base := fakepython.Install(t, filepath.Join(m.Root, "usr"), fakepython.Spec{Version: "3.11.9"})
	for _, folder := range []string{"grpc", "google/protobuf"} {
		require.NoError(t, os.MkdirAll(filepath.Join(m.Root, "usr/lib/python3/dist-packages", folder), 0o755))
	}
	m.Env["VIRTUAL_ENV"] = filepath.Join(m.Home, "active")
	fakepython.Venv(t, m.Env["VIRTUAL_ENV"], base)
	_, err := findProcess(t, m, locate.ProcessOptions{})
	require.ErrorContains(t, err, "lacks grpcio")
	fakepython.Write(t, filepath.Join(m.Env["VIRTUAL_ENV"], "pyvenv.cfg"), []byte("home = "+filepath.Dir(base)+"\ninclude-system-site-packages = true\n"))
	got, err := findProcess(t, m, locate.ProcessOptions{})
	require.NoError(t, err)
	assert.Equal(t, "active venv", got.Source)
}

func TestProcessBases(t *testing.T) {
	t.Parallel()
	m := bare(t)
	install := func(prefix, version string) string {
		return fakepython.Install(t, prefix, fakepython.Spec{Version: version})
	}
	want := []string{
		install(m.Root+"/behind-a-venv", "3.11.1"),
		install(m.Home+"/b", "3.12.9"), install(m.Home+"/a", "3.11.4"),
		install(m.Home+"/.pyenv/versions/3.14.0", "3.14.0"), install(m.Home+"/.pyenv/versions/3.10.0", "3.12.0"),
		install(m.Home+"/.local/share/uv/python/cpython-3.13.2", "3.13.2"),
		install(m.Root+"/usr", "3.11.2"),
	}
	install(m.Home+"/.pyenv/versions/3.15t", "3.15.0t")
	install(m.Home+"/.pyenv/versions/3.9.1", "3.9.1")
	m.Env["PATH"] = m.Home + "/a/bin:" + m.Home + "/b/bin:" + m.Home + "/shims"
	fakepython.Write(t, m.Home+"/shims/python3.11", []byte("#!/bin/sh\nexit 1\n"))
	m.Env["VIRTUAL_ENV"] = filepath.Join(m.Home, "active")
	fakepython.Venv(t, m.Env["VIRTUAL_ENV"], want[0])
	found, _, err := locate.ProcessBasesOn(t.Context(), m, locate.ProcessOptions{})
	require.NoError(t, err)
	var got []string
	for _, p := range found {
		got = append(got, p.Executable)
		assert.Empty(t, p.Venv)
	}
	assert.Equal(t, want, got)

	found, _, err = locate.ProcessBasesOn(t.Context(), m, locate.ProcessOptions{Python: filepath.Join(m.Home, "active")})
	require.NoError(t, err)
	require.Len(t, found, 1)
	assert.Equal(t, want[0], found[0].Executable)
	_, _, err = locate.ProcessBasesOn(t.Context(), m, locate.ProcessOptions{Python: m.Home + "/.pyenv/versions/3.9.1"})
	require.ErrorContains(t, err, "3.10 is the oldest")
	_, _, err = locate.ProcessBasesOn(t.Context(), bare(t), locate.ProcessOptions{})
	require.ErrorAs(t, err, new(*locate.NotFoundError))
}
