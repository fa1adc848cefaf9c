package profiletest

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

// program is an adapter with a helper module, in a folder of its own. Versions are of
// different lengths: Python tells sources of the same second apart by their sizes.
type program struct {
	folder, adapter string
}

// newProgram has a name that no other has: one Python may see them all.
func newProgram(t *testing.T) program {
	return program{t.TempDir(), fmt.Sprintf("reloaded_%d", programs.Add(1))}
}

var programs atomic.Int64

func (p program) write(t *testing.T, version, more string) {
	t.Helper()
	for name, source := range map[string]string{
		p.adapter + "_helper": fmt.Sprintf("VERSION = %q\n", version),
		p.adapter: fmt.Sprintf(`
import %[1]s_helper

class Adapter:
    def __init__(self):
        self.warmth = "cold"

    def warm_up(self):
        self.warmth = "warm"

    def version(self) -> list[str]:
        return [%[2]q, %[1]s_helper.VERSION, self.warmth]

    def wait(self, gate: str) -> str:
        open(gate).read()
        return %[2]q
%[3]s
`, p.adapter, version, more),
	} {
		require.NoError(t, os.WriteFile(filepath.Join(p.folder, name+".py"), []byte(source), 0o600))
	}
}

func (p program) open(t *testing.T, s *suite) *snakepit.Runtime {
	t.Helper()
	rt, err := snakepit.Open(ctx0, snakepit.Config{
		Pools:  []snakepit.PoolConfig{{Workers: 2, Profile: s.maker(p.adapter+":Adapter", p.folder)}},
		Logger: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, rt.Close()) })
	return rt
}

// reload checks that workers can be replaced by new ones with new code.
func (s *suite) reload(t *testing.T) {
	t.Run("NewCode", s.reloadNewCode)
	t.Run("BrokenCode", s.reloadBroken)
	t.Run("CallsGoOn", s.reloadDuringCalls)
	t.Run("NoSuchPool", func(t *testing.T) {
		require.ErrorIs(t, s.rt.Reload(ctx0, "nowhere"), snakepit.ErrPoolNotFound)
	})
	t.Run("NoAdapter", func(t *testing.T) {
		require.NoError(t, s.rt.Reload(ctx0, snakepit.DefaultPool))
		require.NoError(t, s.rt.Exec(ctx0, namespace, imports)) // as the rest of the suite wants it
	})
}

// seven calls meet both workers.
func requireVersion(t *testing.T, rt *snakepit.Runtime, version string) {
	t.Helper()
	for range 7 {
		requireExecute(t, rt, []any{version, version, "warm"}, "version", nil)
	}
}

func (s *suite) reloadNewCode(t *testing.T) {
	p := newProgram(t)
	p.write(t, "1", "")
	rt := p.open(t, s)
	requireVersion(t, rt, "1")
	bound, err := snakepit.Bind[struct{}, []string](rt, "version")
	require.NoError(t, err)
	p.write(t, "22", "    def added(self, n: int) -> int:\n        return n + 1\n")
	require.NoError(t, rt.Reload(ctx0, snakepit.DefaultPool))
	requireVersion(t, rt, "22")
	got, err := bound(ctx0, struct{}{})
	require.NoError(t, err)
	require.Equal(t, "22", got[0])
	requireExecute(t, rt, int64(2), "added", snakepit.Args{"n": 1})
	require.Len(t, rt.Tools(), 3)
	p.write(t, "333", "")
	require.NoError(t, rt.Reload(ctx0, snakepit.DefaultPool))
	requireVersion(t, rt, "333")
	require.Len(t, rt.Tools(), 2)
	_, err = rt.Execute(ctx0, "added", snakepit.Args{"n": 1})
	require.ErrorIs(t, err, snakepit.ErrToolNotFound)
}

func (s *suite) reloadBroken(t *testing.T) {
	p := newProgram(t)
	p.write(t, "1", "")
	rt := p.open(t, s)
	requireVersion(t, rt, "1")
	p.write(t, "22", "    def broken(self:")
	require.ErrorContains(t, rt.Reload(ctx0, snakepit.DefaultPool), "SyntaxError")
	requireVersion(t, rt, "1")
	p.write(t, "333", "    def warm_up(self): raise OSError('no fuel')\n")
	require.ErrorContains(t, rt.Reload(ctx0, snakepit.DefaultPool), "no fuel")
	requireVersion(t, rt, "1")
	p.write(t, "4444", "")
	require.NoError(t, rt.Reload(ctx0, snakepit.DefaultPool))
	requireVersion(t, rt, "4444")
}

func (s *suite) reloadDuringCalls(t *testing.T) {
	p := newProgram(t)
	p.write(t, "1", "")
	rt := p.open(t, s)
	g := newGate(t)
	old := make(chan any, 1)
	go func() {
		v, err := rt.Execute(ctx0, "wait", snakepit.Args{"gate": g.path})
		old <- fmt.Sprint(v, err)
	}()
	g.entered(t)
	p.write(t, "22", "")
	ctx, cancel := context.WithCancel(ctx0)
	reloaded := make(chan error, 1)
	go func() { reloaded <- rt.Reload(ctx, snakepit.DefaultPool) }()
	harness.Eventually(t, "calls to meet a new worker", func() bool {
		v, err := rt.Execute(ctx0, "version", nil)
		require.NoError(t, err)
		return v.([]any)[0] == "22"
	})
	require.Empty(t, reloaded, "a call holds an old worker")
	cancel()
	require.ErrorIs(t, <-reloaded, context.Canceled)
	require.Empty(t, old)
	g.open(t)
	require.Equal(t, "1<nil>", <-old)
	require.NoError(t, rt.Reload(ctx0, snakepit.DefaultPool))
	requireVersion(t, rt, "22")
}
