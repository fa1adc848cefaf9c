//go:build linux

package child

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestParseStat(t *testing.T) {
	s, err := parseStat([]byte("7 (a) b (c)) T 1 5 5 0 -1 4194304 1 2 3 4 150 50 6 7 20 0 9 0 123456 1000 10 18446744073709551615 1 1\n"))
	require.NoError(t, err)
	require.Equal(t, State{
		Letter: 'T', CPU: 2 * time.Second, RSS: 10 * int64(os.Getpagesize()), Threads: 9, Start: 123456, parent: 1, group: 5,
	}, s)
	require.True(t, s.Stopped())
	require.False(t, s.Zombie())
	for _, text := range []string{"", "7 (x) T 1", ")"} {
		_, err := parseStat([]byte(text))
		require.Error(t, err)
	}
}

func TestStateOfThisProcess(t *testing.T) {
	s, err := stateOf(os.Getpid())
	require.NoError(t, err)
	require.Equal(t, os.Getppid(), s.parent)
	_, err = stateOf(1 << 30)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.Zero(t, startOf(1<<30))
}

// TestAKillForMemoryIsClaimedOnce: two children are watched, one is killed.
func TestAKillForMemoryIsClaimedOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "memory.events")
	kills := func(n string) {
		require.NoError(t, os.WriteFile(file, []byte("low 0\noom 9\noom_kill "+n+"\noom_group_kill 0\n"), 0o600))
	}
	watch := func() *oomWatch { return &oomWatch{file: file, since: unclaimed(file)} }
	kills("3")
	a, b := watch(), watch()
	require.False(t, a.rose())
	kills("4")
	require.True(t, a.rose())
	require.False(t, b.rose(), "the kill was another child's")
	require.False(t, watch().rose())
	kills("5")
	require.True(t, b.rose())
	require.False(t, (&oomWatch{}).rose(), "there is no counter")
}

// TestAReusedNumberIsNotKilled: a process of the right number that began at another time.
func TestAReusedNumberIsNotKilled(t *testing.T) {
	null, err := os.Open(os.DevNull)
	require.NoError(t, err)
	p, err := spawn([]string{"/bin/sleep", "1000"}, &os.ProcAttr{Files: []*os.File{null, nil, nil}})
	require.NoError(t, err)
	c := candidate{pid: p.Pid, start: startOf(p.Pid) - 1}
	c.kill(time.Now().Add(time.Second))
	require.False(t, c.alive())
	c.start++
	require.True(t, c.alive())
	c.kill(time.Now().Add(time.Minute))
	require.False(t, c.alive())
	_, err = p.Wait()
	require.Error(t, err, "an adopted process is reaped")
}

// TestOnlyOurOwnAreSwept: records of a dead host name processes that are not its.
func TestOnlyOurOwnAreSwept(t *testing.T) {
	pid := os.Getppid()
	dead := self()
	dead.Pid, dead.Start = pid, startOf(pid)+1
	require.False(t, dead.alive())
	require.True(t, self().alive())
	require.Zero(t, killLeft("no such run", dead, []childRecord{{pid, startOf(pid) + 1}, {pid, 0}, {1 << 30, 0}}))
	require.NotZero(t, startOf(pid))

	folder := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(folder, socketPrefix+"1"), 0o755))
	removeSockets(filepath.Join(folder, socketPrefix+"1"))
	require.DirExists(t, filepath.Join(folder, socketPrefix+"1"), "not made by makeSockets")
}
