package processprofile_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/processprofile"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

// TestBudget ends a worker more often than it may be restarted.
func TestBudget(t *testing.T) {
	rt := open(t, processprofile.Config{MaxRestarts: 2}, snakepit.PoolConfig{Workers: 1})
	for range 3 {
		_, err := rt.Call(ctx0, "chaos:leave", 1)
		crash(t, err)
	}
	began := time.Now()
	for range 10 {
		_, err := rt.Call(ctx0, "chaos:pid")
		require.ErrorIs(t, err, snakepit.ErrUnavailable)
		require.ErrorContains(t, err, "more than MaxRestarts (2) times within RestartWindow (1m0s)")
	}
	require.Less(t, time.Since(began), time.Second, "errors come at once")
	require.EqualValues(t, 2, stats(rt).Python.Restarts)
	require.Empty(t, pids(rt))
}

// TestBackOff has an adapter fail that loaded before, and then load again.
func TestBackOff(t *testing.T) {
	folder := t.TempDir()
	rt := open(t, processprofile.Config{
		Adapter: "moody", Env: []string{"MOODY=" + folder}, RestartDelay: 100 * time.Millisecond, RestartDelayMax: 400 * time.Millisecond,
	}, snakepit.PoolConfig{Workers: 1, QueueTimeout: -1})
	old := pids(rt)[0]
	require.NoError(t, os.WriteFile(folder+"/moody", nil, 0o600))
	kill(t, old, syscall.SIGKILL)
	starts := func() []int64 { return numbers(t, filepath.Join(folder, "starts")) }
	harness.Eventually(t, "it is tried again and again", func() bool { return len(starts()) >= 5 })
	require.NoError(t, os.Remove(folder+"/moody"))
	v, err := rt.Execute(ctx0, "pid", nil)
	require.NoError(t, err)
	require.NotEqual(t, int64(old), v)

	all := starts()
	for i, least := range []time.Duration{80, 160, 320} { // less a fifth, which is left to chance
		gap := time.Duration(all[i+2] - all[i+1])
		require.GreaterOrEqual(t, gap, least*time.Millisecond, "pause %d", i)
	}
}

func numbers(t testing.TB, file string) (all []int64) {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		n, err := strconv.ParseInt(strings.TrimSpace(line), 10, 64)
		require.NoError(t, err)
		all = append(all, n)
	}
	return all
}

// TestStartThatFails wants Python's own words.
func TestStartThatFails(t *testing.T) {
	harness.ProcessPython(t)
	for adapter, words := range map[string]string{
		"refuses":          "ValueError: there is no model in this folder",
		"leaves":           "the licence server is down",
		"nowhere":          "No module named 'nowhere'",
		"chaos:NoSuchName": "NoSuchName",
	} {
		t.Run(adapter, func(t *testing.T) {
			_, err := start(processprofile.Config{Adapter: adapter}, snakepit.PoolConfig{Workers: 2})
			require.ErrorContains(t, err, words)
			require.ErrorContains(t, err, "did not start")
		})
	}
}
