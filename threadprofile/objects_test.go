package threadprofile_test

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/interp"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

const mib = 1 << 20

// inUse is the resident memory of the process without what it has told the kernel
// to take back when it likes, which is how Python's allocator gives memory back.
func inUse(t testing.TB) int {
	t.Helper()
	text, err := os.ReadFile("/proc/self/smaps_rollup")
	if err != nil {
		t.Skip(err)
	}
	field := func(name string) int {
		_, rest, _ := strings.Cut(string(text), "\n"+name+":")
		kib, err := strconv.Atoi(strings.Fields(rest)[0])
		require.NoError(t, err)
		return kib << 10
	}
	return field("Rss") - field("LazyFree")
}

func ends(t testing.TB, rt *snakepit.Runtime) int64 {
	return eval(t, rt, "__import__('work').ends()").(int64)
}

// madeElsewhere calls a function on an OS thread that then blocks in Go, holding
// its thread state, until the test ends.
func madeElsewhere(t *testing.T, rt *snakepit.Runtime, function string, args ...any) releaser {
	t.Helper()
	made, end := make(chan any), make(chan struct{})
	thread := onThread(func() {
		v, err := rt.Call(ctx0, "work:"+function, args...)
		if err != nil {
			v = err
		}
		made <- v
		<-end
	})
	t.Cleanup(func() { close(end); <-thread })
	v := <-made
	require.Implements(t, (*releaser)(nil), v, "%v", v)
	return v.(releaser)
}

// releaser is an object or a tensor.
type releaser interface{ Release() }

// TestReleasedElsewhereIsGoneAtOnce releases a 100 MiB object on another thread
// than made it, while its maker does nothing.
func TestReleasedElsewhereIsGoneAtOnce(t *testing.T) {
	rt := open(t, 2)
	for _, maker := range []string{"tracked_big", "tracked_numpy"} {
		t.Run(maker, func(t *testing.T) {
			small, err := rt.Call(ctx0, "work:"+maker, 1)
			if err != nil {
				t.Skip(err)
			}
			small.(releaser).Release()
			before := ends(t, rt)
			o := madeElsewhere(t, rt, maker, 100*mib)
			full := inUse(t)
			require.Equal(t, before, ends(t, rt))
			<-onThread(o.Release)
			require.Equal(t, before+1, ends(t, rt), "it was not freed by its last release")
			require.Less(t, inUse(t), full-90*mib, "its memory was not given back")
		})
	}
}

// TestHolderReleasedElsewhere is about what an object holds: that is freed when the
// maker runs again, and at the latest by Python's garbage collector.
func TestHolderReleasedElsewhere(t *testing.T) {
	rt := open(t, 2)
	before := ends(t, rt)
	o := madeElsewhere(t, rt, "tracked_holder", 100*mib)
	<-onThread(o.Release)
	t.Logf("what the object held was freed by the release: %v", ends(t, rt) == before+1)
	must(rt.Call(ctx0, "gc:collect"))
	require.Equal(t, before+1, ends(t, rt))
}

// TestManyReleasedElsewhere hands objects from makers to releasers on other threads.
func TestManyReleasedElsewhere(t *testing.T) {
	rt := open(t, 4)
	before := ends(t, rt)
	const each = 2000
	made := make(chan *snakepit.Object, 16)
	maker := func() {
		for range each {
			made <- must(rt.Call(ctx0, "work:tracked")).(*snakepit.Object)
		}
	}
	m1, m2 := onThread(maker), onThread(maker)
	releaser := onThread(func() {
		for range 2 * each {
			(<-made).Release()
		}
	})
	<-m1
	<-m2
	<-releaser
	require.EqualValues(t, before+2*each, ends(t, rt))
}

// TestForgottenObjectsAreFreed drops objects without Release.
func TestForgottenObjectsAreFreed(t *testing.T) {
	rt := open(t, 2)
	before := ends(t, rt)
	const n = 100
	func() {
		for range n {
			must(rt.Call(ctx0, "work:tracked"))
		}
	}()
	require.GreaterOrEqual(t, interp.LiveObjects(), int64(n))
	harness.Eventually(t, "forgotten objects are freed", func() bool {
		runtime.GC()
		return ends(t, rt) >= before+n && interp.LiveObjects() == 0
	})
}

// TestObjectsOutliveTheirRuntime uses and releases an object after Close.
func TestObjectsOutliveTheirRuntime(t *testing.T) {
	rt, other := open(t, 1), open(t, 1)
	before := ends(t, other)
	o := must(rt.Call(ctx0, "work:tracked")).(*snakepit.Object)
	require.NoError(t, rt.Close())
	_, err := o.TypeName(ctx0)
	require.ErrorIs(t, err, snakepit.ErrClosed)
	require.Equal(t, true, eval(t, other, "type(x).__name__ == 'Tracked'", snakepit.Kw{"x": o}))
	exec(t, other, "x = None") // the namespace held it
	o.Release()
	require.Equal(t, before+1, ends(t, other))
}

// TestLiveObjectsGoBackToZero counts handles over all that can be done with one.
func TestLiveObjectsGoBackToZero(t *testing.T) {
	rt := open(t, 2)
	runtime.GC()
	live := interp.LiveObjects()
	for range 100 {
		o := must(rt.Call(ctx0, "work:tracked")).(*snakepit.Object)
		list := eval(t, rt, "[x, {'k': x}]", snakepit.Kw{"x": o}).([]any)
		require.Equal(t, live+3, interp.LiveObjects())
		list[0].(*snakepit.Object).Release()
		list[1].(map[string]any)["k"].(*snakepit.Object).Release()
		o.Release()
		o.Release()
	}
	exec(t, rt, "x = None")
	require.Equal(t, live, interp.LiveObjects())
	it := eval(t, rt, "(object() for _ in range(10))").(*snakepit.Object)
	for v, err := range it.Iter(ctx0) {
		require.NoError(t, err)
		v.(*snakepit.Object).Release()
		break
	}
	it.Release()
	require.Equal(t, live, interp.LiveObjects())
}
