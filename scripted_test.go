package snakepit_test

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/policy"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/telemetry"
)

// scripted is a profile without Python whose calls do what a test says: run gets the
// number of the run, from 1, and its slot. A call that run lets succeed answers with its
// first argument.
type scripted struct {
	run  func(ctx context.Context, n int, slot int32) error
	spec profile.Spec
	runs atomic.Int64
	gone atomic.Int64 // slots without a worker for good
}

func (p *scripted) Open(_ context.Context, s profile.Spec) (profile.Instance, error) {
	p.spec = s
	return p, nil
}

func (p *scripted) Prepare(_ context.Context, t profile.Target) (profile.Prepared, error) {
	return act{p}, nil
}

func (p *scripted) Close(context.Context) error { return nil }
func (p *scripted) Stats() profile.Stats {
	return profile.Stats{Profile: "scripted", Gone: int(p.gone.Load())}
}

type act struct{ p *scripted }

func (act) Release() {}

func (a act) Run(ctx context.Context, slot int32, f *wire.Frame) error {
	n := a.p.runs.Add(1)
	if a.p.run != nil {
		// What Go code finds that Python calls from here.
		if err := a.p.run(context.WithValue(ctx, frameKey{}, f), int(n), slot); err != nil {
			return err
		}
	}
	f.Ret.Tag, f.Ret.Buf = wire.Encoded, f.In[wire.HeaderSize:]
	return nil
}

type frameKey struct{}

// tool is the context of a Go tool that the call calls.
func (p *scripted) tool(ctx context.Context) context.Context {
	return p.spec.Host.Scope(ctx.Value(frameKey{}).(*wire.Frame))
}

// guarded is a runtime with a policy over a scripted profile, and what it told.
type guarded struct {
	*snakepit.Runtime
	p    *scripted
	mu   sync.Mutex
	told []telemetry.Policy
}

// openGuarded returns one that is closed at the end of the test.
func openGuarded(t *testing.T, workers int, p policy.Policy, run func(ctx context.Context, n int, slot int32) error) *guarded {
	t.Helper()
	g := openScripted(t, workers, p, run)
	t.Cleanup(func() { require.NoError(t, g.Close()) })
	return g
}

func openScripted(t *testing.T, workers int, p policy.Policy, run func(ctx context.Context, n int, slot int32) error) *guarded {
	t.Helper()
	g := &guarded{p: &scripted{run: run}}
	rt, err := snakepit.Open(t.Context(), snakepit.Config{
		Pools:    []snakepit.PoolConfig{{Profile: g.p, Workers: workers, Policy: p}},
		Observer: telemetry.Observer{Policy: func(_ context.Context, e telemetry.Policy) { g.hear(e) }},
		Logger:   slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	g.Runtime = rt
	return g
}

func (g *guarded) hear(e telemetry.Policy) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.told = append(g.told, e)
}

// actions are what policies did, in order.
func (g *guarded) actions() (all []telemetry.PolicyAction) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, e := range g.told {
		all = append(all, e.Action)
	}
	return all
}

func (g *guarded) stats() policy.Stats { return g.Stats().Pools[snakepit.DefaultPool].Policy }

// call makes a call that answers 7.
func (g *guarded) call(ctx context.Context, options ...snakepit.CallOption) error {
	v, err := g.With(options...).Call(ctx, "m:f", 7)
	if err == nil && v != int64(7) {
		panic(v)
	}
	return err
}

var (
	errNotBegun = &snakepit.WorkerCrashError{Pool: "default", How: "killed by signal 9 (killed)", Signal: 9}
	errBegun    = &snakepit.WorkerCrashError{Pool: "default", How: "killed by signal 9 (killed)", Signal: 9, Started: true}
	errValue    = &snakepit.PythonError{Type: "ValueError", Module: "builtins", Message: "no"}
)

// stuck waits for the context, as Python does not, and says so.
func stuck(ctx context.Context) error {
	<-ctx.Done()
	done := make(chan struct{})
	close(done)
	return &profile.Running{Err: ctx.Err(), Done: done}
}

// fails is a script of errors, by the number of the run; later ones succeed.
func fails(errs ...error) func(context.Context, int, int32) error {
	return func(_ context.Context, n int, _ int32) error {
		if n <= len(errs) {
			return errs[n-1]
		}
		return nil
	}
}

func errOf[T any](_ T, err error) error { return err }
