package threadprofile_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
)

// cancelCalls is how many calls TestCancelHammer makes: SNAKEPIT_CANCEL_CALLS.
func cancelCalls(t *testing.T) int64 {
	t.Helper()
	if n, err := strconv.ParseInt(os.Getenv("SNAKEPIT_CANCEL_CALLS"), 10, 64); err == nil {
		return n
	}
	if testing.Short() || raceEnabled {
		return 4_000
	}
	return 40_000
}

// TestCancelHammer cancels half of all calls at random moments. No other call may notice,
// nor a thread of Python's own.
func TestCancelHammer(t *testing.T) {
	// More processors than calls, for those that call C keep theirs for a while: the
	// goroutines that cancel would come too late.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(8))
	rt := open(t, 3)
	turns, err := snakepit.Bind[int, int](rt, "work:turns")
	require.NoError(t, err)
	must(rt.Call(ctx0, "work:bystander", false))
	for _, callers := range []int{1, 3} { // with one more cancels meet Python, with three more threads can be mistaken
		h := new(cancelHammer)
		h.left.Store(cancelCalls(t) / 2)
		h.run(t, callers, turns)
		idle(t, rt)
	}
	require.Empty(t, must(rt.Call(ctx0, "work:bystander", true)), "an exception reached another thread")
	require.Empty(t, python(rt).Python.Stuck)
	require.EqualValues(t, 0, eval(t, rt, "len(__import__('snakepit_bridge._cancelling')._cancelling._cases)"))
}

type cancelHammer struct {
	left, running, before, inTime, alone atomic.Int64
}

func (h *cancelHammer) run(t *testing.T, callers int, turns func(context.Context, int) (int, error)) {
	began := time.Now()
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			for h.left.Add(-1) >= 0 && !t.Failed() {
				h.call(t, turns)
			}
		})
	}
	all.Wait()
	t.Logf("%d callers, %v: %d cancelled in Python, %d before, %d ended in time, %d left alone", callers,
		time.Since(began).Round(time.Millisecond), h.running.Load(), h.before.Load(), h.inTime.Load(), h.alone.Load())
}

func (h *cancelHammer) call(t *testing.T, turns func(context.Context, int) (int, error)) {
	n := rand.IntN(3000)
	switch rand.IntN(4) {
	case 0: // it cannot be cancelled
		h.alone.Add(1)
		h.expect(t, n, ctx0, turns)
	case 1: // it is not
		h.alone.Add(1)
		ctx, cancel := context.WithCancel(ctx0)
		h.expect(t, n, ctx, turns)
		cancel()
	default:
		h.cancel(t, n, turns)
	}
}

func (h *cancelHammer) expect(t *testing.T, n int, ctx context.Context, turns func(context.Context, int) (int, error)) {
	got, err := turns(ctx, n)
	assert.NoErrorf(t, err, "%+v", err)
	assert.Equal(t, n, got)
}

func (h *cancelHammer) cancel(t *testing.T, n int, turns func(context.Context, int) (int, error)) {
	ctx, cancel := context.WithCancel(ctx0)
	pause, began := time.Duration(rand.IntN(600))*time.Microsecond, time.Now()
	go func() { // a timer would be late by more than a call takes
		for time.Since(began) < pause {
			runtime.Gosched()
		}
		cancel()
	}()
	_, err := turns(ctx, n)
	var c *snakepit.CancelError
	switch {
	case err == nil:
		h.inTime.Add(1)
	case !errors.As(err, &c):
		assert.NoErrorf(t, err, "%+v", err)
	case c.Stage == snakepit.CancelQueued:
		h.before.Add(1)
	default:
		h.running.Add(1)
	}
}

// TestCancelledDeeds cancels what a program does with an adapter (coroutines, streams, Go
// tools, nested calls) at random moments: nothing may be left stuck, or broken.
func TestCancelledDeeds(t *testing.T) {
	rt := openDeeds(t, 2)
	for i := range cancelCalls(t) / 4 { // one at a time: on a busy processor most contexts end too late
		ctx, cancel := context.WithTimeout(ctx0, time.Duration(i%300)*time.Microsecond)
		err := cancelledDeeds[max(0, rand.IntN(2*len(cancelledDeeds))-len(cancelledDeeds))](ctx, rt)
		cancel()
		require.Truef(t, err == nil || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, snakepit.ErrSaturated), "%+v", err)
	}
	idle(t, rt)
	require.Empty(t, python(rt).Python.Stuck)
	for _, d := range deeds {
		require.NoError(t, d.do(rt, 1), d.name)
	}
}

// cancelledDeeds has first what is most easily broken: an event loop waits beside it.
var cancelledDeeds = []func(context.Context, *snakepit.Runtime) error{
	func(ctx context.Context, rt *snakepit.Runtime) error {
		_, err := total(snakepit.StreamOf[int](ctx, rt, "numbers_later", snakepit.Args{"n": 1 << 30}), -1)
		return err
	},
	func(ctx context.Context, rt *snakepit.Runtime) error {
		_, err := total(snakepit.StreamOf[int](ctx, rt, "numbers", snakepit.Args{"n": 1 << 30}), -1)
		return err
	},
	func(ctx context.Context, rt *snakepit.Runtime) error {
		_, err := rt.Execute(ctx, "add_later", snakepit.Args{"a": 1, "b": 2})
		return err
	},
	func(ctx context.Context, rt *snakepit.Runtime) error {
		_, err := rt.Execute(ctx, "ask_later", words)
		return err
	},
	func(ctx context.Context, rt *snakepit.Runtime) error {
		_, err := rt.Execute(ctx, "down", snakepit.Args{"n": 3})
		return err
	},
}
