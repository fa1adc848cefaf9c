package threadprofile_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/threadprofile"
)

func TestMain(m *testing.M) { harness.Main(m) }

var ctx0 = context.Background()

// testdata is the folder of this package's Python modules.
func testdata() string {
	dir, err := filepath.Abs("testdata")
	if err != nil {
		panic(err)
	}
	return dir
}

// open opens a runtime whose only pool has this many workers.
func open(t testing.TB, workers int) *snakepit.Runtime {
	t.Helper()
	return openWith(t, threadprofile.Config{}, snakepit.PoolConfig{Workers: workers})
}

func openWith(t testing.TB, c threadprofile.Config, pool snakepit.PoolConfig) *snakepit.Runtime {
	t.Helper()
	harness.Python(t)
	rt, err := start(c, pool)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, rt.Close()) })
	return rt
}

func start(c threadprofile.Config, pool snakepit.PoolConfig) (*snakepit.Runtime, error) {
	c.Path = append(c.Path, testdata())
	pool.Profile = threadprofile.New(c)
	return snakepit.Open(ctx0, snakepit.Config{Pools: []snakepit.PoolConfig{pool}, Logger: slog.New(slog.DiscardHandler)})
}

func python(rt *snakepit.Runtime) snakepit.PoolStats { return rt.Stats().Pools[snakepit.DefaultPool] }

// eval evaluates an expression that must succeed.
func eval(t testing.TB, rt *snakepit.Runtime, expression string, variables ...snakepit.Kw) any {
	t.Helper()
	v, err := rt.Eval(ctx0, "test", expression, variables...)
	require.NoErrorf(t, err, "%s: %+v", expression, err)
	return v
}

func exec(t testing.TB, rt *snakepit.Runtime, source string, variables ...snakepit.Kw) {
	t.Helper()
	err := rt.Exec(ctx0, "test", source, variables...)
	require.NoErrorf(t, err, "%s: %+v", source, err)
}

// collect runs Go's garbage collector until it has found everything.
func collect() {
	for range 3 {
		runtime.GC()
	}
}
