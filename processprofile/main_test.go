package processprofile_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/processprofile"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

func TestMain(m *testing.M) { harness.Main(m) }

var ctx0 = context.Background()

// chaos says that the tests may take their time: see make chaos.
var chaos = os.Getenv("SNAKEPIT_CHAOS") != ""

// times is how often something is tried: in the suite, with -short, and by make chaos.
func times(suite, short, all int) int {
	switch {
	case chaos:
		return all
	case testing.Short():
		return short
	}
	return suite
}

// testdata is the folder of this package's Python modules.
func testdata() string {
	dir, err := filepath.Abs("testdata")
	if err != nil {
		panic(err)
	}
	return dir
}

// open opens a runtime whose only pool is this one, which the test closes.
func open(t testing.TB, c processprofile.Config, pool snakepit.PoolConfig) *snakepit.Runtime {
	t.Helper()
	harness.ProcessPython(t)
	rt, err := start(c, pool)
	require.NoErrorf(t, err, "%+v", err)
	t.Cleanup(func() { require.NoError(t, rt.Close()) })
	return rt
}

func start(c processprofile.Config, pool snakepit.PoolConfig) (*snakepit.Runtime, error) {
	c.Path = append(c.Path, testdata())
	pool.Profile = processprofile.New(c)
	return snakepit.Open(ctx0, snakepit.Config{Pools: []snakepit.PoolConfig{pool}, Logger: slog.New(slog.DiscardHandler)})
}

func stats(rt *snakepit.Runtime) snakepit.PoolStats { return rt.Stats().Pools[snakepit.DefaultPool] }

func pids(rt *snakepit.Runtime) []int { return stats(rt).Python.Pids }

// call calls a function of the module chaos, which must succeed.
func call(t testing.TB, rt *snakepit.Runtime, function string, args ...any) any {
	t.Helper()
	v, err := rt.Call(ctx0, "chaos:"+function, args...)
	require.NoErrorf(t, err, "%s: %+v", function, err)
	return v
}

// process is one that somebody started: a number that is given again is not the same.
type process struct {
	pid   int
	start string
}

// find describes a process that runs.
func find(pid int) process { return process{pid, field(pid, 19)} }

// field is one of /proc/<pid>/stat, counted from the one after the name; "" if the
// process is not there.
func field(pid, n int) string {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return ""
	}
	return strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))[n]
}

func (p process) alive() bool {
	state := field(p.pid, 0)
	return p.start != "" && field(p.pid, 19) == p.start && state != "Z" && state != "X"
}

func kill(t testing.TB, pid int, s syscall.Signal) {
	t.Helper()
	require.NoError(t, syscall.Kill(pid, s))
}

// replaced waits until a worker has another process.
func replaced(t testing.TB, rt *snakepit.Runtime, old int) {
	t.Helper()
	harness.Eventually(t, "a new process takes over", func() bool {
		now := pids(rt)
		return len(now) > 0 && !contains(now, old)
	})
}

func contains(all []int, one int) bool {
	for _, p := range all {
		if p == one {
			return true
		}
	}
	return false
}

// crash is the error of a call whose worker was lost.
func crash(t testing.TB, err error) *snakepit.WorkerCrashError {
	t.Helper()
	var lost *snakepit.WorkerCrashError
	require.ErrorAsf(t, err, &lost, "%+v", err)
	return lost
}
