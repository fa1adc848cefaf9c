package threadprofile_test

import (
	"context"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/interp"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/threadprofile"
)

// late is how much after its deadline a call may return.
const late = 20 * time.Millisecond

// idle waits until no call runs any more.
func idle(t testing.TB, rt *snakepit.Runtime) {
	t.Helper()
	harness.Eventually(t, "all workers are back", func() bool { return python(rt).Calls.InUse == 0 })
}

// requireCancelled wants err to say so, and whether Python was still at work.
func requireCancelled(t testing.TB, err error, running bool) {
	t.Helper()
	var c *snakepit.CancelError
	require.ErrorAs(t, err, &c)
	require.Equal(t, running, c.Running)
}

// TestDeadline calls what waits in Python, what waits in C, and what computes in
// each, with a deadline that comes first.
func TestDeadline(t *testing.T) {
	rt := open(t, 1)
	for name, call := range map[string]struct {
		function string
		arg      any
	}{
		"sleep": {"sleep", 0.15}, "C loop": {"count", 8_000_000}, "Python loop": {"spin", 0.15}, "numpy": {"sort", 1_500_000},
	} {
		t.Run(name, func(t *testing.T) {
			if call.function == "sort" && rt.Exec(ctx0, "test", "import numpy") != nil {
				t.Skip("needs numpy")
			}
			must(rt.Call(ctx0, "work:"+call.function, 0))
			var over []time.Duration
			for range 3 {
				over = append(over, overdue(t, rt, "work:"+call.function, call.arg))
			}
			t.Logf("returned %v after the deadline", over)
			require.Less(t, slices.Min(over), late)
			require.Equal(t, int64(2), must(rt.Call(ctx0, "work:inc", 1)), "the worker is as good as new")
		})
	}
}

// overdue makes a call that ends at its deadline, says how late it was, and waits
// for its worker.
func overdue(t *testing.T, rt *snakepit.Runtime, function string, arg any) time.Duration {
	t.Helper()
	deadline := time.Now().Add(30 * time.Millisecond)
	ctx, cancel := context.WithDeadline(ctx0, deadline)
	defer cancel()
	_, err := rt.Call(ctx, function, arg)
	over := time.Since(deadline)
	var c *snakepit.CancelError // what computes may end in time to tell
	require.ErrorAs(t, err, &c)
	require.Equal(t, snakepit.CancelRunning, c.Stage)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	idle(t, rt)
	return over
}

func pipe(t *testing.T) (fd int, release func()) {
	t.Helper()
	r, w, err := os.Pipe()
	require.NoError(t, err)
	t.Cleanup(func() { r.Close(); w.Close() })
	return int(r.Fd()), func() {
		t.Helper()
		_, err := w.Write([]byte("x"))
		require.NoError(t, err)
	}
}

// gate is a descriptor at which Python waits.
type gate struct {
	fd  int // Python's
	end *os.File
}

func newGate(t *testing.T) *gate {
	t.Helper()
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	require.NoError(t, err)
	end := os.NewFile(uintptr(fds[1]), "gate")
	t.Cleanup(func() { syscall.Close(fds[0]); end.Close() })
	return &gate{fds[0], end}
}

// entered waits until Python waits.
func (g *gate) entered(t *testing.T) {
	t.Helper()
	_, err := g.end.Read(make([]byte, 1))
	require.NoError(t, err)
}

func (g *gate) open(t *testing.T) {
	t.Helper()
	require.NoError(t, syscall.Shutdown(int(g.end.Fd()), syscall.SHUT_WR))
}

// resolve has a target resolved, for calls that must not be held up by that.
func resolve(t *testing.T, rt *snakepit.Runtime, target string) {
	t.Helper()
	_, err := rt.Call(ctx0, target) // too few arguments
	require.ErrorContains(t, err, "TypeError")
}

// abandon gives a call up that waits at a gate, its last argument.
func abandon(t *testing.T, rt *snakepit.Runtime, g *gate, target string, args ...any) {
	t.Helper()
	ctx, cancel := context.WithCancel(ctx0)
	ended := make(chan error)
	go func() {
		_, err := rt.Call(ctx, target, append(args, g.fd)...)
		ended <- err
	}()
	g.entered(t)
	cancel()
	requireCancelled(t, <-ended, true)
}

// TestAbandonedResultsAreReleased gives calls up that return objects in the end.
func TestAbandonedResultsAreReleased(t *testing.T) {
	rt := open(t, 1)
	resolve(t, rt, "work:tracked_after")
	before, live := ends(t, rt), interp.LiveObjects()
	for range 20 {
		g := newGate(t)
		abandon(t, rt, g, "work:tracked_after")
		g.open(t)
		idle(t, rt)
	}
	require.EqualValues(t, before+20, ends(t, rt))
	require.Equal(t, live, interp.LiveObjects())
}

// TestAbandonedArgumentsAreTheirs changes the arguments of calls that were given up.
func TestAbandonedArgumentsAreTheirs(t *testing.T) {
	rt := open(t, 1)
	resolve(t, rt, "work:check_ones")
	bytes, floats, ints, texts := ones[byte](100_000), ones[float64](100_000), ones[int](100_000), ones[string](1000)
	for name, arg := range map[string]any{"bytes": bytes, "floats": floats, "ints": ints, "texts": texts, "pointer": &ints} {
		t.Run(name, func(t *testing.T) {
			g := newGate(t)
			abandon(t, rt, g, "work:check_ones", arg)
			clear(bytes)
			clear(floats)
			clear(ints)
			clear(texts)
			g.open(t)
			idle(t, rt)
			require.EqualValues(t, 0, eval(t, rt, "__import__('work').changed"))
			fill(bytes)
			fill(floats)
			fill(ints)
			fillTexts(texts)
		})
	}
}

func ones[T any](n int) []T {
	s := make([]T, n)
	switch s := any(s).(type) {
	case []byte:
		fill(s)
	case []float64:
		fill(s)
	case []int:
		fill(s)
	case []string:
		fillTexts(s)
	}
	return s
}

func fill[T byte | float64 | int](s []T) {
	for i := range s {
		s[i] = 1
	}
}

func fillTexts(s []string) {
	for i := range s {
		s[i] = "1"
	}
}

// TestCancelAtAnyMoment ends the contexts of calls at random moments and changes
// the arguments at once, with both ways of calling.
func TestCancelAtAnyMoment(t *testing.T) {
	rt := open(t, 2)
	check, err := snakepit.Bind[[]byte, int](rt, "work:check_ones")
	require.NoError(t, err)
	calls := 3000
	if testing.Short() {
		calls = 300
	}
	data := ones[byte](20_000)
	must(rt.Call(ctx0, "work:check_and_track", data)) // resolves the name, which a context that ends at once prevents
	before, live := ends(t, rt), interp.LiveObjects()
	ended := 0
	for i := range calls {
		ctx, cancel := context.WithCancel(ctx0)
		go func(pause int) {
			for range pause {
				runtime.Gosched()
			}
			cancel()
		}(rand.IntN(40))
		if i%2 == 0 {
			_, err = check(ctx, data)
		} else {
			_, err = rt.Call(ctx, "work:check_and_track", data)
		}
		clear(data)
		if err == nil {
			ended++
		} else {
			require.ErrorIs(t, err, context.Canceled)
		}
		fill(data)
	}
	idle(t, rt)
	t.Logf("%d of %d calls ended before their contexts", ended, calls)
	require.EqualValues(t, 0, eval(t, rt, "__import__('work').changed"))
	harness.Eventually(t, "no object is left", func() bool { // those that came in time were forgotten here
		must(rt.Call(ctx0, "gc:collect"))
		collect()
		return interp.LiveObjects() <= live && ends(t, rt) == eval(t, rt, "__import__('work').starts()") && ends(t, rt) > before
	})
}

// TestInline checks that a pool may be told to run calls on the caller's thread: they
// return when Python has come to its next bytecode.
func TestInline(t *testing.T) {
	rt := openWith(t, threadprofile.Config{Inline: true}, snakepit.PoolConfig{Workers: 1})
	resolve(t, rt, "work:spin")
	ctx, cancel := context.WithCancel(ctx0)
	cancel()
	_, err := rt.Call(ctx, "work:sleep", 10)
	requireCancelled(t, err, false)
	ctx, cancel = context.WithTimeout(ctx0, 10*time.Millisecond)
	defer cancel()
	_, err = rt.Call(ctx, "work:spin", 60)
	requireCancelled(t, err, false)
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

// TestDeadlineDuringImport gives up while the module of the target is imported.
func TestDeadlineDuringImport(t *testing.T) {
	rt := open(t, 2)
	exec(t, rt, "import sys; sys.modules.pop('slow_import', None)")
	ctx, cancel := context.WithTimeout(ctx0, 10*time.Millisecond)
	defer cancel()
	_, err := rt.Call(ctx, "slow_import:f")
	requireCancelled(t, err, false)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Equal(t, int64(1), must(rt.Call(ctx0, "slow_import:f")), "the import went on")
}
