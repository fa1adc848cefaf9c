package apt_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/provision/internal/apt"
)

// The order is dpkg's; each pair was checked with dpkg --compare-versions.
func TestCompare(t *testing.T) {
	t.Parallel()
	ascending := []string{
		"3.13.0~a1-1", "3.13.0~rc2-1", "3.13.0-1~exp1", "3.13.0-1", "3.13.0-1+b1", "3.13.0-1.1", "3.13.0-2", "3.13.0a-1",
		"3.13.0+dfsg-1", "3.13.5-2", "3.13.5-2+deb13u5", "3.13.15-1", "3.13.18-1", "3.14.0-1", "1:3.0-1",
	}
	for i, a := range ascending {
		for j, b := range ascending {
			assert.Equal(t, sign(i-j), sign(apt.Compare(a, b)), "%s and %s", a, b)
		}
	}
	assert.Zero(t, apt.Compare("3.013-1", "3.13-1"))
	assert.Zero(t, apt.Compare("0:3.13-1", "3.13-1"))
}

func sign(n int) int { return min(1, max(-1, n)) }

func TestVersions(t *testing.T) {
	t.Parallel()
	const showsrc = `Package: python3.13
Format: 3.0 (quilt)
Binary: python3.13, python3.13-venv
Version: 3.13.5-2+deb13u5
Files:
 0123 100 python3.13_3.13.5.orig.tar.xz

Package: python3.13
Version: 3.13.18-1

Package: python3-defaults
Version: 9.9

Package: python3.13
Version: 3.13.15-1

Package: python3.13
Version: 3.13.15-1
`
	assert.Equal(t, []string{"3.13.18-1", "3.13.15-1", "3.13.5-2+deb13u5"}, apt.Versions(showsrc, "python3.13"))
	assert.Empty(t, apt.Versions("", "python3.13"))
	assert.Equal(t, "3.13.5", apt.Upstream("3.13.5-2+deb13u5"))
	assert.Equal(t, "3.13.5", apt.Upstream("2:3.13.5"))
}

func TestParseList(t *testing.T) {
	t.Parallel()
	got := apt.ParseList(`# deb http://commented.example/debian x main
deb [arch=amd64 signed-by=/keys/a.gpg trusted=yes] http://mirror.example/debian bookworm main contrib # why
deb-src http://mirror.example/debian bookworm main
rpm http://other.example x
deb [broken
deb http://no-suite.example
`)
	assert.Equal(t, []apt.Source{
		{
			Types: []string{"deb"}, URIs: []string{"http://mirror.example/debian"}, Suites: []string{"bookworm"},
			Components: []string{"main", "contrib"}, SignedBy: "/keys/a.gpg", Trusted: "yes",
		},
		{Types: []string{"deb-src"}, URIs: []string{"http://mirror.example/debian"}, Suites: []string{"bookworm"}, Components: []string{"main"}},
	}, got)
}

const stanzas = `Types: deb
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /keys/debian.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
# a comment inside
 abc
 -----END PGP PUBLIC KEY BLOCK-----

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main
`

func TestParseStanzas(t *testing.T) {
	t.Parallel()
	got := apt.ParseStanzas(stanzas)
	require.Len(t, got, 2)
	assert.Equal(t, []string{"bookworm", "bookworm-updates"}, got[0].Suites)
	assert.Equal(t, "/keys/debian.gpg", got[0].SignedBy)
	assert.Equal(t, 4, strings.Count(got[1].SignedBy, "\n"))
	assert.Equal(t, got, apt.ParseStanzas(got[0].String()+"\n"+got[1].String()), "what is written is read the same")
}

func TestReadSources(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "sources.list.d"), 0o755))
	for name, text := range map[string]string{
		"sources.list": "deb http://a.example/debian stable main\n", "sources.list.d/b.list": "deb http://b.example/debian stable main\n",
		"sources.list.d/c.sources": stanzas, "sources.list.d/d.list.disabled": "deb http://d.example/debian stable main\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	assert.Len(t, apt.ReadSources(dir), 4)
	assert.Empty(t, apt.ReadSources(filepath.Join(dir, "none")))
}

func TestSourceEntriesOfDebian(t *testing.T) {
	t.Parallel()
	system := append(apt.ParseStanzas(stanzas), apt.ParseList(`deb cdrom:[x]/ bookworm main
deb http://vendor.example/tools bookworm tools
deb http://vendor.example/cloud cloud-bookworm main
deb [signed-by=/keys/debian.gpg] http://mirror.example/debian bookworm main`)...)
	got := apt.SourceEntries(system, apt.OSRelease{ID: "debian", Codename: "bookworm"})
	require.Len(t, got, 1, "one mirror, and neither the security pocket nor other archives")
	assert.Equal(t, apt.Source{
		Types: []string{"deb-src"}, URIs: []string{"http://mirror.example/debian"},
		Suites: []string{"bookworm", "stable", "testing", "unstable"}, Components: []string{"main"}, SignedBy: "/keys/debian.gpg",
	}, got[0])
}

func TestSourceEntriesOfUbuntu(t *testing.T) {
	t.Parallel()
	system := apt.ParseStanzas("Types: deb\nURIs: http://u.example/ubuntu\nSuites: noble noble-updates\nComponents: main universe\nSigned-By: /k\n")
	got := apt.SourceEntries(system, apt.OSRelease{ID: "linuxmint", Like: []string{"ubuntu", "debian"}, Codename: "noble"})
	require.Len(t, got, 1)
	assert.Equal(t, []string{"devel", "noble", "noble-updates"}, got[0].Suites)
}

func TestOSRelease(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "os-release")
	require.NoError(t, os.WriteFile(path, []byte("ID=linuxmint\nVERSION_ID=\"22\"\nVERSION_CODENAME=wilma\nUBUNTU_CODENAME=noble\nID_LIKE=\"ubuntu debian\"\n"), 0o600))
	got := apt.ReadOSRelease(path)
	assert.Equal(t, apt.OSRelease{ID: "linuxmint", VersionID: "22", Codename: "noble", Like: []string{"ubuntu", "debian"}}, got)
	assert.True(t, got.Debian())
	assert.Equal(t, "linuxmint22", got.Name())
	none := apt.ReadOSRelease("/does/not/exist")
	assert.False(t, none.Debian())
	assert.Equal(t, "unknown", none.Name())
	assert.False(t, apt.OSRelease{ID: "fedora"}.Debian())
}

// Every command stays inside the folder, and no check is turned off.
func TestStateCommands(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := apt.NewState(dir, apt.ParseStanzas(stanzas)[:1])
	require.NoError(t, err)
	for _, argv := range [][]string{s.Update(), s.Show("python3.13"), s.Download("python3.13", "3.13.15-1")} {
		line := strings.Join(argv, " ")
		for _, name := range []string{"Dir::State", "Dir::State::lists", "Dir::State::status", "Dir::Cache", "Dir::Etc::sourcelist"} {
			assert.Contains(t, line, name+"="+dir)
		}
		assert.Contains(t, line, "Dir::Etc::sourceparts=/dev/null")
		assert.NotContains(t, strings.ToLower(line), "unauthenticated")
		assert.NotContains(t, strings.ToLower(line), "insecure")
	}
	assert.Equal(t, "python3.13=3.13.15-1", s.Download("python3.13", "3.13.15-1")[len(s.Download("python3.13", "3.13.15-1"))-1])
	written, err := os.ReadFile(filepath.Join(dir, "private.sources"))
	require.NoError(t, err)
	assert.Equal(t, apt.ParseStanzas(stanzas)[:1], apt.ParseStanzas(string(written)))
}
