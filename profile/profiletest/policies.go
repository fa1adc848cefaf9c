package profiletest

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/policy"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/telemetry"
	"github.com/gosnakepit/snakepit/tool"
	"github.com/gosnakepit/snakepit/zerocopy"
)

// policies checks what a pool does about failures, what it tells of it, and what of it
// shows from outside. How the policies count and wait, the tests of package policy and of
// the root say, in fake time.
func (s *suite) policies(t *testing.T) {
	t.Run("Retry", s.retries)
	t.Run("Breaker", s.breaker)
	t.Run("Probe", s.probe)
	t.Run("Bulkhead", s.bulkhead)
	t.Run("RateLimit", s.rateLimit)
	t.Run("Hedge", s.hedge)
	t.Run("HedgeLent", s.hedgeLent)
	t.Run("Nested", s.nestedPass)
	t.Run("StreamProbe", s.streamProbe)
	t.Run("Streams", s.streamPolicies)
	t.Run("Rest", s.rest)
	t.Run("Health", s.health)
	t.Run("Memory", s.memoryGrows)
}

// governed is a runtime whose pool has a policy, and what that told.
type governed struct {
	*snakepit.Runtime
	file string // that tools count their runs in

	mu   sync.Mutex
	told []telemetry.Policy
}

func (s *suite) governed(t *testing.T, workers int, p policy.Policy, tools ...tool.Tool) *governed {
	t.Helper()
	g := &governed{file: filepath.Join(t.TempDir(), "runs")}
	rt, err := snakepit.Open(ctx0, snakepit.Config{
		Pools:    []snakepit.PoolConfig{{Profile: s.maker("policies:Adapter", s.folder), Workers: workers, Policy: p}},
		Observer: telemetry.Observer{Policy: g.hear},
		Tools:    tools, Logger: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, rt.Close()) })
	g.Runtime = rt
	return g
}

func (g *governed) hear(_ context.Context, e telemetry.Policy) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.told = append(g.told, e)
}

func (g *governed) actions() (all []telemetry.PolicyAction) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, e := range g.told {
		all = append(all, e.Action)
	}
	return all
}

func (g *governed) policy() policy.Stats { return poolStats(g.Runtime).Policy }

// flaky calls a tool that fails so often, counted over all of its runs.
func (g *governed) flaky(failures int, options ...snakepit.CallOption) (any, error) {
	return g.With(options...).Execute(ctx0, "flaky", snakepit.Args{"file": g.file, "failures": failures})
}

// never is a wait that no test lasts for.
const never = time.Hour

func connectionError(err error) bool {
	var e *snakepit.PythonError
	return errors.As(err, &e) && e.Type == "ConnectionError"
}

func (s *suite) retries(t *testing.T) {
	g := s.governed(t, 2, policy.Policy{Retry: policy.Retry{Attempts: 3, Backoff: []time.Duration{0}, On: connectionError}})
	_, err := g.flaky(2)
	require.True(t, connectionError(err), "%v: what is not marked is not made again", err)
	v, err := g.flaky(2, snakepit.Idempotent())
	require.NoError(t, err)
	require.Equal(t, int64(3), v, "run 1, 2 and 3")
	require.Equal(t, policy.Stats{Retries: 1}, g.policy())
	_, err = g.flaky(99, snakepit.Idempotent())
	require.ErrorContains(t, err, "run 6")
	require.Equal(t, policy.Stats{Retries: 3, Exhausted: 1}, g.policy())
	again := telemetry.PolicyRetry
	require.Equal(t, []telemetry.PolicyAction{again, again, again, telemetry.PolicyExhausted}, g.actions())
}

func (s *suite) breaker(t *testing.T) {
	g := s.governed(t, 2, policy.Policy{Breaker: policy.Breaker{Failures: 2, Open: never, Failed: connectionError}})
	for range 2 {
		_, err := g.flaky(2)
		require.True(t, connectionError(err), "%v", err)
	}
	_, err := g.flaky(2)
	require.ErrorIs(t, err, snakepit.ErrCircuitOpen)
	require.True(t, snakepit.SafeToRetry(err))
	require.ErrorContains(t, err, `"flaky" on pool "default" has not begun`)
	require.ErrorContains(t, err, "the last failure: python: ConnectionError: run 2")
	require.EqualValues(t, 2, poolStats(g.Runtime).Tools["flaky"].Calls, "what is refused does not run")
	require.EqualValues(t, 1, poolStats(g.Runtime).Errors.Refused)
	require.Equal(t, policy.Stats{State: policy.Open, Opened: 1, Refused: 1}, g.policy())
	require.False(t, g.Health().Ready)
	require.True(t, g.Health().Live)
	require.Equal(t, []telemetry.PolicyAction{telemetry.PolicyOpen, telemetry.PolicyRefuse}, g.actions())
}

// openedSoonHalf is a breaker that a failure has opened, and that would let one call through.
func (s *suite) openedSoonHalf(t *testing.T) *governed {
	t.Helper()
	g := s.governed(t, 2, policy.Policy{Breaker: policy.Breaker{Failures: 1, Open: time.Millisecond, Failed: connectionError}})
	_, err := g.flaky(1)
	require.True(t, connectionError(err), "%v", err)
	harness.Eventually(t, "it lets a call through", func() bool { return g.policy().State == policy.HalfOpen })
	return g
}

// probe has the caller of a probe leave: its place is for the next one, though Python is
// still at work.
func (s *suite) probe(t *testing.T) {
	g := s.openedSoonHalf(t)
	ctx, cancel := context.WithCancel(ctx0)
	defer cancel()
	h := hold(t, g, ctx)
	require.ErrorIs(t, callOne(ctx0, g.Runtime), snakepit.ErrCircuitOpen, "one at a time")
	cancel()
	require.ErrorIs(t, <-h.ended, context.Canceled)
	require.Equal(t, policy.HalfOpen, g.policy().State)
	require.NoError(t, callOne(ctx0, g.Runtime))
	require.Equal(t, policy.Closed, g.policy().State)
	h.open(t)
	require.Equal(t, []telemetry.PolicyAction{
		telemetry.PolicyOpen, telemetry.PolicyHalfOpen, telemetry.PolicyRefuse, telemetry.PolicyClose,
	}, g.actions())
}

func (s *suite) bulkhead(t *testing.T) {
	g := s.governed(t, 2, policy.Policy{Bulkhead: policy.Bulkhead{PerTool: map[string]int{"conformance:wait": 1}}})
	h := hold(t, g, ctx0)
	_, err := g.Call(ctx0, "conformance:wait", "nowhere")
	require.ErrorIs(t, err, snakepit.ErrBulkheadFull)
	require.True(t, snakepit.SafeToRetry(err))
	require.ErrorContains(t, err, `"conformance:wait" on pool "default" has not begun`)
	require.NoError(t, callOne(ctx0, g.Runtime), "another one's place")
	h.finish(t)
	hold(t, g, ctx0).finish(t)
	require.Equal(t, policy.Stats{BulkheadFull: 1}, g.policy())
	require.Equal(t, []telemetry.PolicyAction{telemetry.PolicyRefuse}, g.actions())
}

func (s *suite) rateLimit(t *testing.T) {
	g := s.governed(t, 2, policy.Policy{RateLimit: policy.RateLimit{Calls: 2, Per: never}})
	require.NoError(t, callOne(ctx0, g.Runtime))
	require.NoError(t, callOne(ctx0, g.Runtime))
	err := callOne(ctx0, g.Runtime)
	require.ErrorIs(t, err, snakepit.ErrRateLimited)
	require.True(t, snakepit.SafeToRetry(err))
	require.Equal(t, policy.Stats{RateLimited: 1}, g.policy())
}

// hedgeAfter is enough for a run to get to where it waits.
const hedgeAfter = 250 * time.Millisecond

// hedge has the first of two runs wait: the second answers, and the first ends unheard.
func (s *suite) hedge(t *testing.T) {
	g := s.governed(t, 2, policy.Policy{Hedge: policy.Hedge{After: hedgeAfter}})
	require.Equal(t, "again: 6", g.slowOnce(t, []any{1, 2, 3}))
	require.Equal(t, policy.Stats{Hedges: 1, HedgesWon: 1}, g.policy())
	require.Equal(t, []telemetry.PolicyAction{telemetry.PolicyHedge, telemetry.PolicyHedgeWon}, g.actions())
	require.Equal(t, "again: 1048576", g.slowOnce(t, bytes.Repeat([]byte{1}, 1<<20)), "what is lent to a call that nobody leaves")
}

// slowOnce calls a tool whose first run waits, and returns what the other one said.
func (g *governed) slowOnce(t *testing.T, values any) any {
	t.Helper()
	gate, said := newGate(t), make(chan any, 1)
	args := snakepit.Args{"file": filepath.Join(t.TempDir(), "runs"), "gate": gate.path, "values": values}
	go func() {
		v, err := g.With(snakepit.Idempotent()).Execute(ctx0, "slow_once", args)
		if err != nil {
			v = err
		}
		said <- v
	}()
	gate.entered(t)
	var v any
	select {
	case v = <-said:
	case <-time.After(20 * time.Second):
	}
	gate.open(t)
	require.NotNil(t, v, "nothing answered while the first run waited")
	harness.Eventually(t, "the slower one has ended", func() bool { return calls(g.Runtime).InUse == 0 })
	return v
}

// hedgeLent gives memory of Go's to both runs, each of which holds it for itself.
func (s *suite) hedgeLent(t *testing.T) {
	s.importable(t, "numpy")
	g := s.governed(t, 2, policy.Policy{Hedge: policy.Hedge{After: hedgeAfter}})
	before := zerocopy.Live().Go
	numbers := make([]float64, 1<<16)
	numbers[0] = 6
	tensor := lent(t, numbers)
	require.Equal(t, "again: 6.0", g.slowOnce(t, tensor))
	tensor.Release()
	harness.Eventually(t, "nobody holds the memory", func() bool {
		require.NoError(t, g.Exec(ctx0, namespace, "import gc; gc.collect()"))
		return zerocopy.Live().Go <= before
	})
}

// nestedPass has a Go tool call the pool that runs it: that is part of the same call.
func (s *suite) nestedPass(t *testing.T) {
	var g *governed
	inner := tool.New("call_echo", "", func(ctx context.Context, _ struct{}) (any, error) {
		for _, err := range g.Stream(ctx, "items", snakepit.Args{"n": 2}) {
			if err != nil {
				return nil, err
			}
		}
		return g.Call(ctx, "conformance:echo", 7)
	})
	g = s.governed(t, 1, policy.Policy{RateLimit: policy.RateLimit{Calls: 1, Per: never}, Bulkhead: policy.Bulkhead{Limit: 1}}, inner)
	requireExecute(t, g.Runtime, int64(7), "through_go", nil)
}

// streamProbe has a stream probe: its first item is enough.
func (s *suite) streamProbe(t *testing.T) {
	g := s.openedSoonHalf(t)
	gate := newGate(t)
	ctx, cancel := context.WithTimeout(ctx0, 20*time.Second)
	defer cancel()
	next := 0
	for v, err := range g.Stream(ctx, "items_at", snakepit.Args{"gate": gate.path}) {
		require.NoError(t, err)
		if next == 0 {
			require.Equal(t, "first", v)
			require.Equal(t, policy.Closed, g.policy().State)
			require.NoError(t, callOne(ctx0, g.Runtime))
			gate.entered(t)
			gate.open(t)
		}
		next++
	}
	require.Equal(t, 2, next)
}

// streamPolicies checks that a stream has a place until it ends, and that its failure is one.
func (s *suite) streamPolicies(t *testing.T) {
	g := s.governed(t, 2, policy.Policy{
		Bulkhead: policy.Bulkhead{Limit: 1}, Breaker: policy.Breaker{Failures: 1, Open: never, Failed: connectionError},
	})
	for range g.Stream(ctx0, "items", snakepit.Args{"n": 1000}) {
		require.ErrorIs(t, callOne(ctx0, g.Runtime), snakepit.ErrBulkheadFull)
		break
	}
	require.NoError(t, callOne(ctx0, g.Runtime), "a range that is left gives the place back")
	require.Equal(t, []any{int64(0)}, drained(t, g.Runtime, "items", 1))
	var last error
	for _, err := range g.Stream(ctx0, "items", snakepit.Args{"n": 2, "failing": true}) {
		last = err
	}
	require.True(t, connectionError(last), "%v", last)
	for _, err := range g.Stream(ctx0, "items", snakepit.Args{"n": 2}) {
		last = err
	}
	require.ErrorIs(t, last, snakepit.ErrCircuitOpen)
	require.Equal(t, policy.Stats{State: policy.Open, Opened: 1, Refused: 1, BulkheadFull: 1}, g.policy())
}
