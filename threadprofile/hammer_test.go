package threadprofile_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/interp"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

// hammerTime is how long TestHammer runs: SNAKEPIT_HAMMER=10m for a long one.
func hammerTime(t *testing.T) time.Duration {
	if text := os.Getenv("SNAKEPIT_HAMMER"); text != "" {
		d, err := time.ParseDuration(text)
		require.NoError(t, err)
		return d
	}
	if testing.Short() {
		return 300 * time.Millisecond
	}
	return 2 * time.Second
}

// hammer is what 64 goroutines do to one runtime.
type hammer struct {
	rt       *snakepit.Runtime
	inc      func(context.Context, int) (int, error)
	echo     func(context.Context, []float64) ([]float64, error)
	callback uint64
	calls    atomic.Int64
}

// blow is one thing to do; it returns what is wrong.
type blow func(h *hammer, n int) error

var errWrong = errors.New("a wrong result")

func want(ok bool, err error) error {
	if err == nil && !ok {
		return errWrong
	}
	return err
}

var blows = []blow{
	func(h *hammer, n int) error { v, err := h.inc(ctx0, n); return want(v == n+1, err) },
	func(h *hammer, n int) error {
		v, err := h.rt.Call(ctx0, "work:echo", map[string]any{"n": n, "l": []any{n, "text", 2.5}})
		m, _ := v.(map[string]any)
		return want(len(m) == 2 && m["n"] == int64(n), err)
	},
	func(h *hammer, n int) error {
		v, err := h.echo(ctx0, make([]float64, n%5000))
		return want(len(v) == n%5000, err)
	},
	func(h *hammer, n int) error {
		_, err := h.rt.Call(ctx0, "work:fail", n)
		var e *snakepit.PythonError
		return want(errors.As(err, &e) && e.Type == "ValueError", nil)
	},
	func(h *hammer, n int) error {
		ctx, cancel := context.WithTimeout(ctx0, time.Duration(n%200)*time.Microsecond)
		defer cancel()
		_, err := h.rt.Call(ctx, "work:garbage", n%300)
		if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, snakepit.ErrSaturated) { // it would have been late
			return nil
		}
		return err
	},
	func(h *hammer, n int) error {
		v, err := h.rt.Call(ctx0, "work:tracked")
		if err != nil {
			return err
		}
		o := v.(*snakepit.Object)
		defer o.Release()
		data, err := o.Attr(ctx0, "data")
		return want(err != nil || len(data.([]byte)) == 1<<10, err)
	},
	func(h *hammer, n int) error { _, err := h.rt.Call(ctx0, "work:mutate", n); return err },
	func(h *hammer, n int) error { v, err := h.rt.Call(ctx0, "work:shared"); return want(v != nil, err) },
	func(h *hammer, n int) error {
		v, err := h.rt.Call(ctx0, "work:go_call", h.callback, n)
		return want(v == int64(n+1), err)
	},
	func(h *hammer, n int) error {
		v, err := h.rt.Eval(ctx0, "hammer", "a + b", snakepit.Kw{"a": n, "b": 0})
		return want(v != nil, err)
	},
	func(h *hammer, n int) error { // on an OS thread that ends, leaving an object behind
		var v any
		var err error
		<-onThread(func() { v, err = h.rt.Call(ctx0, "work:tracked") })
		if err != nil {
			return err
		}
		v.(*snakepit.Object).Release()
		return nil
	},
	func(h *hammer, n int) error {
		if n%50 == 0 {
			_, err := h.rt.Call(ctx0, "work:collect")
			return err
		}
		if n%50 == 1 {
			runtime.GC()
		}
		return want(h.rt.Stats().Pools[snakepit.DefaultPool].Calls.Slots == 4, nil)
	},
}

// TestHammer does all that calls can do at once, with both garbage collectors at
// work and OS threads that come and go.
func TestHammer(t *testing.T) {
	rt := open(t, 4)
	giveHost(t, rt)
	h := &hammer{rt: rt}
	var err error
	h.inc, err = snakepit.Bind[int, int](rt, "work:inc")
	require.NoError(t, err)
	h.echo, err = snakepit.Bind[[]float64, []float64](rt, "work:echo")
	require.NoError(t, err)
	// A callback keeps its worker, so what it calls must not wait for the same ones.
	inner := open(t, 4)
	h.callback = register(t, func(args snakepit.Tuple, _ map[string]any) (any, error) {
		done := make(chan error)
		go func() { _, err := inner.Call(ctx0, "work:collect_now_and_then", args[0]); done <- err }()
		return args[0].(int64) + 1, <-done
	})
	h.run(t, hammerTime(t))
	t.Logf("%d calls, %d thread states", h.calls.Load(), states(rt))
	idle(t, rt)
	harness.Eventually(t, "no object is left", func() bool {
		collect()
		must(rt.Call(ctx0, "work:collect"))
		return interp.LiveObjects() == 0 && ends(t, rt) == eval(t, rt, "__import__('work').starts()")
	})
}

func (h *hammer) run(t *testing.T, d time.Duration) {
	end := time.Now().Add(d)
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			for time.Now().Before(end) && !t.Failed() {
				i := rand.IntN(len(blows))
				if err := blows[i](h, rand.IntN(100_000)); err != nil {
					t.Errorf("blow %d: %+v", i, err)
				}
				h.calls.Add(1)
			}
		})
	}
	all.Wait()
}
