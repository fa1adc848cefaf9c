// Package profiletest is the conformance suite that every profile passes: what a
// program sees of Python is the same, whichever way Python runs. The suite uses the
// public API alone.
//
// [Run] opens runtimes of its own and leaves nothing behind. What a profile does
// not offer by nature (objects that stay in Python, numpy where it is not
// installed) is skipped, with a sentence.
package profiletest

import (
	"context"
	"log/slog"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/tool"
)

// Maker returns the profile under test, with an adapter ("" for none) and a folder
// with the modules of the suite to put on Python's path.
type Maker func(adapter, folder string) profile.Profile

// Run runs the suite.
func Run(t *testing.T, profile Maker) {
	s := newSuite(t, profile)
	t.Run("Values", s.values)
	t.Run("Numpy", s.numpy)
	t.Run("ZeroCopy", s.zeroCopy)
	t.Run("Arrow", s.arrow)
	t.Run("Faults", s.faults)
	t.Run("Exceptions", s.exceptions)
	t.Run("Calls", s.calls)
	t.Run("Bind", s.bind)
	t.Run("Objects", s.objects)
	t.Run("Tools", s.tools)
	for _, adapter := range []string{"Face", "PerCall", "PerSession", "PerPool"} {
		t.Run("Adapter"+adapter, func(t *testing.T) { s.adapterSuite(t, adapter) })
	}
	t.Run("Scopes", s.scopes)
	t.Run("Hooks", s.hooks)
	t.Run("Expiry", s.sessionExpiry)
	t.Run("Affinity", s.affinity)
	t.Run("Hints", s.hints)
	t.Run("Models", s.models)
	t.Run("Pool", s.pool)
	t.Run("Counts", s.counts)
	t.Run("Affine", s.affine)
	t.Run("Budget", s.budget)
	t.Run("Cancellation", s.cancellation)
	t.Run("Policies", s.policies)
	t.Run("Lifecycle", s.lifecycle)
	t.Run("Scaling", s.scaling)
	t.Run("Reload", s.reload)
	t.Run("Acceptance", s.acceptance)
}

// adapterSuite is what an adapter's tools are and do, whatever the scope of its instances.
func (s *suite) adapterSuite(t *testing.T, adapter string) {
	scoped := *s
	scoped.adapter = "face:" + adapter
	t.Run("Schemas", scoped.schemas)
	t.Run("Sessions", scoped.sessions)
	t.Run("GoTools", scoped.goTools)
	t.Run("Streams", scoped.streams)
	t.Run("Parallel", scoped.parallel)
}

// Modules is the folder of the suite's Python modules.
func Modules(t testing.TB) string {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	dir := filepath.Join(filepath.Dir(here), "modules")
	require.DirExists(t, dir, "tests need their sources, so no -trimpath")
	return dir
}

// suite is the suite on one profile.
type suite struct {
	maker   Maker
	folder  string
	adapter string            // the one with all there is, in the scope under test
	rt      *snakepit.Runtime // without an adapter
}

// newSuite opens a runtime with one worker: namespaces may be each worker's own.
func newSuite(t *testing.T, maker Maker) *suite {
	s := &suite{maker: maker, folder: Modules(t)}
	return s.with(t, 1)
}

// with returns the suite on another runtime.
func (s *suite) with(t *testing.T, workers int) *suite {
	other := *s
	other.rt = s.open(t, "", snakepit.PoolConfig{Workers: workers})
	return &other
}

// open opens a runtime with one pool, closed at the end of the test.
func (s *suite) open(t *testing.T, adapter string, pool snakepit.PoolConfig) *snakepit.Runtime {
	t.Helper()
	rt, err := s.tryOpen(adapter, pool)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, rt.Close()) })
	return rt
}

func (s *suite) tryOpen(adapter string, pool snakepit.PoolConfig, tools ...tool.Tool) (*snakepit.Runtime, error) {
	pool.Profile = s.maker(adapter, s.folder)
	quiet := slog.New(slog.DiscardHandler)
	return snakepit.Open(context.Background(), snakepit.Config{Pools: []snakepit.PoolConfig{pool}, Tools: tools, Logger: quiet})
}

// call calls a function of the module conformance.
func (s *suite) call(t *testing.T, function string, args ...any) any {
	t.Helper()
	v, err := s.rt.Call(t.Context(), "conformance:"+function, args...)
	require.NoErrorf(t, err, "%+v", err)
	return v
}

// fails is call for a call that must fail.
func (s *suite) fails(t *testing.T, function string, args ...any) error {
	t.Helper()
	v, err := s.rt.Call(t.Context(), "conformance:"+function, args...)
	require.Errorf(t, err, "it returned %v", v)
	return err
}

// namespace is where the suite evaluates; it has the module conformance as c.
const namespace = "suite"

const imports = `
import array, collections, datetime as dt, decimal, math, sys, uuid, zoneinfo
import conformance as c
`

func (s *suite) eval(t *testing.T, expression string, variables ...snakepit.Kw) any {
	t.Helper()
	v, err := s.rt.Eval(t.Context(), namespace, expression, variables...)
	require.NoErrorf(t, err, "%s: %+v", expression, err)
	return v
}

func (s *suite) exec(t *testing.T, source string, variables ...snakepit.Kw) {
	t.Helper()
	err := s.rt.Exec(t.Context(), namespace, source, variables...)
	require.NoErrorf(t, err, "%s: %+v", source, err)
}

// object evaluates to an object that stays in Python, or skips the test.
func (s *suite) object(t *testing.T, expression string) *snakepit.Object {
	t.Helper()
	o, ok := s.eval(t, expression).(*snakepit.Object)
	if !ok {
		t.Skip("objects do not stay in Python in this profile")
	}
	t.Cleanup(o.Release)
	return o
}

// importable skips the test unless Python has a module.
func (s *suite) importable(t *testing.T, module string) {
	t.Helper()
	if err := s.rt.Exec(t.Context(), namespace, "import "+module); err != nil {
		t.Skipf("needs %s: %v", module, err)
	}
}
