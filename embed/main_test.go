package embed_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/threadprofile"
)

func TestMain(m *testing.M) { harness.Main(m) }

var ctx0 = context.Background()

// tryOpen opens a runtime that sees the modules of testdata, and logs to log.
func tryOpen(c threadprofile.Config, log *slog.Logger) (*snakepit.Runtime, error) {
	dir, err := filepath.Abs("testdata")
	if err != nil {
		return nil, err
	}
	c.Path = append(c.Path, dir)
	return snakepit.Open(ctx0, snakepit.Config{
		Pools: []snakepit.PoolConfig{{Workers: 4, Profile: threadprofile.New(c)}}, Logger: log,
	})
}

// open is tryOpen in a child, where it must succeed.
func open() *snakepit.Runtime { return openWith(threadprofile.Config{}) }

func openWith(c threadprofile.Config) *snakepit.Runtime {
	rt, err := tryOpen(c, slog.New(slog.DiscardHandler))
	harness.Check(err)
	return rt
}

// opened is a runtime in the test's own process, for what leaves no trace there.
func opened(t *testing.T) *snakepit.Runtime {
	t.Helper()
	harness.Python(t)
	rt, err := tryOpen(threadprofile.Config{}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, rt.Close()) })
	return rt
}

// call calls a function that must succeed, in a child.
func call(rt *snakepit.Runtime, target string, args ...any) any {
	v, err := rt.Call(ctx0, target, args...)
	harness.Check(err)
	return v
}

func stats(rt *snakepit.Runtime) profile.Stats {
	return rt.Stats().Pools[snakepit.DefaultPool].Python
}

// succeed runs a part in a child, which must exit with 0.
func succeed(t *testing.T, part string, env ...string) harness.Outcome {
	t.Helper()
	harness.Python(t)
	return harness.Child{Part: part, Env: env}.Succeed(t)
}

// setting is a setting that a test gives to its child in the environment.
func setting(name string) string { return os.Getenv("SNAKEPIT_EMBED_TEST_" + name) }

func set(name, value string) string { return "SNAKEPIT_EMBED_TEST_" + name + "=" + value }
