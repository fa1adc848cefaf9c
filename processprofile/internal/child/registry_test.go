//go:build linux

package child_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/processprofile/internal/child"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

func open(t *testing.T, o child.Options) *child.Registry {
	t.Helper()
	r, err := child.OpenRegistry(o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, r.Close()) })
	return r
}

func TestRegistriesSideBySide(t *testing.T) {
	folder := t.TempDir()
	a := open(t, child.Options{Folder: folder})
	ofA := start(t, config(a, family, "AWAY=pid"))
	b := open(t, child.Options{Folder: folder})
	ofB := start(t, config(b, family, "AWAY=pid"))
	require.NotEqual(t, ofA.Socket(), ofB.Socket())
	require.ElementsMatch(t, []string{a.ID(), b.ID()}, list(t, folder))
	for _, pid := range append(pids(ofA.Tail(), "pid"), pids(ofB.Tail(), "pid")...) {
		require.True(t, alive(pid))
	}
	require.NoError(t, ofA.Stop(t.Context()))
	require.NoError(t, a.Close())
	require.Equal(t, []string{b.ID()}, list(t, folder))
	require.NoDirExists(t, filepath.Dir(ofA.Socket()))
	for _, pid := range pids(ofB.Tail(), "pid") {
		require.True(t, alive(pid))
	}
}

func TestRegistriesOpenedAtOnce(t *testing.T) {
	folder := t.TempDir()
	for range 20 {
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				r, err := child.OpenRegistry(child.Options{Folder: folder})
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := os.Stat(filepath.Join(folder, r.ID(), "host")); err != nil {
					t.Error("a living run was cleared away:", err)
				}
				if err := r.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	}
	require.Empty(t, list(t, folder))
}

// TestALivingHostIsLeftAlone: the other host is another process.
func TestALivingHostIsLeftAlone(t *testing.T) {
	folder := t.TempDir()
	theirs := open(t, child.Options{Folder: t.TempDir()})
	c := config(theirs, host, "FOLDER="+folder, "SOCKETS="+t.TempDir(), "MEMBER="+family, "ENDING=")
	told := make(chan string, 6)
	c.Stdout = writer(func(p []byte) { told <- string(p) })
	c.StartTimeout = time.Minute
	failed := make(chan error, 1)
	go func() { // it never greets
		_, err := child.Start(t.Context(), c)
		failed <- err
	}()
	var text string
	for range cap(told) {
		text += <-told
	}
	members := pids(text, "pid")
	require.Len(t, members, 4)
	openAndClose(t, folder)
	require.Len(t, list(t, folder), 1)
	for _, pid := range members {
		require.True(t, alive(pid))
	}
	require.NoError(t, theirs.Close()) // kills the host by its mark
	require.Error(t, <-failed)
	for _, pid := range members {
		harness.Eventually(t, "the members are gone", func() bool { return !alive(pid) })
	}
	openAndClose(t, folder)
	require.Empty(t, list(t, folder))
}

// TestTheLockDecides: what the record says does not matter while it is locked.
func TestTheLockDecides(t *testing.T) {
	folder := t.TempDir()
	r := open(t, child.Options{Folder: folder})
	record := filepath.Join(folder, r.ID(), "host")
	require.NoError(t, os.WriteFile(record, []byte(`{"pid":1,"start":1,"boot":"another"}`), 0o600))
	openAndClose(t, folder)
	require.FileExists(t, record)
}

// TestCloseKillsByTheMark: a descendant that no child's end has found.
func TestCloseKillsByTheMark(t *testing.T) {
	r := registry(t)
	cmd := command(idle)
	cmd.Env = append(cmd.Env, "SNAKEPIT_RUN="+r.ID()+".99")
	require.NoError(t, cmd.Start())
	require.NoError(t, r.Close())
	require.Error(t, cmd.Wait())
	_, err := child.Start(t.Context(), config(r, obedient))
	require.ErrorContains(t, err, "closed")
}

func TestFoldersThatAreNotTrusted(t *testing.T) {
	everybodys := t.TempDir()
	require.NoError(t, os.Chmod(everybodys, 0o777))
	_, err := child.OpenRegistry(child.Options{Folder: everybodys})
	require.ErrorContains(t, err, "everybody")
	_, err = child.OpenRegistry(child.Options{Folder: t.TempDir(), Sockets: everybodys})
	require.ErrorContains(t, err, "changed by others")

	link := filepath.Join(t.TempDir(), "link")
	require.NoError(t, os.Symlink(t.TempDir(), link))
	_, err = child.OpenRegistry(child.Options{Folder: link})
	require.ErrorContains(t, err, "no folder")

	long := filepath.Join(t.TempDir(), strings.Repeat("long", 30))
	require.NoError(t, os.Mkdir(long, 0o700))
	_, err = child.OpenRegistry(child.Options{Folder: t.TempDir(), Sockets: long})
	require.ErrorContains(t, err, "too long")
	require.Empty(t, list(t, long))
}

func TestWhereThingsAre(t *testing.T) {
	state, runtime := t.TempDir(), t.TempDir()
	require.NoError(t, os.Chmod(runtime, 0o700))
	t.Setenv("XDG_STATE_HOME", state)
	t.Setenv("XDG_RUNTIME_DIR", runtime)
	r := open(t, child.Options{})
	require.Equal(t, []string{r.ID()}, list(t, filepath.Join(state, "snakepit", "run")))
	require.Len(t, list(t, runtime), 1)
	p := start(t, config(r, obedient))
	require.Equal(t, runtime, filepath.Dir(filepath.Dir(p.Socket())))

	require.NoError(t, os.RemoveAll(filepath.Dir(p.Socket()))) // as at the end of a user's session
	p = start(t, config(r, obedient))
	require.DirExists(t, filepath.Dir(p.Socket()))
}

// TestRemains: a folder of a host that is dead, one that is being made, and one that
// nobody finished.
func TestRemains(t *testing.T) {
	folder := t.TempDir()
	yesterday := time.Now().Add(-24 * time.Hour)
	for name, record := range map[string]string{
		"dead":        `{"pid":1,"start":1,"boot":"another","sockets":"/etc"}`,
		"garbage":     `{"pid":`,
		".new-now":    "",
		".new-before": "",
	} {
		run := filepath.Join(folder, name)
		require.NoError(t, os.Mkdir(run, 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(run, "host"), []byte(record), 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(run, "child-1"), []byte(`{"pid":1,"start":1}`), 0o600))
		if name == ".new-before" || name == "garbage" {
			require.NoError(t, os.Chtimes(run, yesterday, yesterday))
		}
	}
	openAndClose(t, folder)
	require.Equal(t, []string{".new-now"}, list(t, folder))
	require.DirExists(t, "/etc")
}
