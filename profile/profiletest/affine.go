package profiletest

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/tool"
)

// affine checks that all calls on a worker of an adapter with thread affinity run on one
// thread, whichever way they come.
func (s *suite) affine(t *testing.T) {
	t.Run("OneThread", s.oneThread)
	t.Run("EachItsOwn", s.threadEach)
	t.Run("ThroughGo", s.threadThroughGo)
}

func (s *suite) affineRuntime(t *testing.T, workers int, tools ...tool.Tool) *snakepit.Runtime {
	t.Helper()
	rt, err := s.tryOpen("affine:Adapter", snakepit.PoolConfig{Workers: workers}, tools...)
	if err != nil && strings.Contains(err.Error(), "it has thread affinity, and") {
		t.Skip("refused in this configuration: ", err)
	}
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, rt.Close()) })
	return rt
}

func (s *suite) oneThread(t *testing.T) {
	rt := s.affineRuntime(t, 1)
	here, err := snakepit.Bind[struct{}, int64](rt, "here")
	require.NoError(t, err)
	first, err := here(ctx0, struct{}{})
	require.NoError(t, err)
	for range 20 {
		var all sync.WaitGroup
		for i := range 4 { // from goroutines that the scheduler puts on any thread
			all.Go(func() {
				var got any
				var err error
				switch i {
				case 0:
					got, err = here(ctx0, struct{}{})
				case 1:
					got, err = rt.Execute(t.Context(), "here", nil)
				case 2:
					got, err = rt.Call(ctx0, "threading:get_ident")
				case 3:
					got, err = rt.Session("affine").Execute(ctx0, "here", nil)
				}
				if err != nil || got != first {
					t.Errorf("way %d: on thread %v, not %v (%v)", i, got, first, err)
				}
			})
		}
		all.Wait()
	}
	require.Equal(t, []any{first, first, first}, drained(t, rt, "places", 3))
	requireExecute(t, rt, first, "birthplace", nil)
	ctx, cancel := context.WithCancel(ctx0) // a call that was left, and the next one
	h := hold(t, rt, ctx)
	cancel()
	require.Error(t, <-h.ended)
	h.open(t)
	requireExecute(t, rt, first, "here", nil)
	require.NoError(t, rt.Session("affine").Close())
}

func (s *suite) threadEach(t *testing.T) {
	rt := s.affineRuntime(t, 2)
	h := hold(t, rt, ctx0)
	one, err := rt.Execute(ctx0, "here", nil)
	require.NoError(t, err)
	k := hold(t, rt, ctx0)
	h.finish(t)
	other, err := rt.Execute(ctx0, "here", nil)
	require.NoError(t, err)
	k.finish(t)
	if poolStats(rt).Python.Profile == "thread" { // processes may number theirs alike
		require.NotEqual(t, one, other)
	}
}

// threadThroughGo checks calls that a Go tool makes within a call: on its goroutine, on
// another one, with a deadline of its own.
func (s *suite) threadThroughGo(t *testing.T) {
	var rt *snakepit.Runtime
	call := tool.New("call_here", "", func(ctx context.Context, _ struct{}) ([]int64, error) {
		own, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		var found []int64
		for _, c := range []context.Context{ctx, own} {
			v, err := rt.Execute(c, "here", nil)
			if err != nil {
				return nil, err
			}
			found = append(found, v.(int64))
		}
		elsewhere := make(chan any, 1)
		go func() {
			v, err := rt.Execute(ctx, "here", nil)
			if err != nil {
				v = err
			}
			elsewhere <- v
		}()
		v, _ := (<-elsewhere).(int64)
		return append(found, v), nil
	})
	rt = s.affineRuntime(t, 1, call)
	if poolStats(rt).Python.Profile == "process" {
		t.Skip("calls within calls run on other threads of the process")
	}
	here, err := rt.Execute(ctx0, "here", nil)
	require.NoError(t, err)
	requireExecute(t, rt, snakepit.Tuple{here, []any{here, here, here}}, "through_go", nil)
}
