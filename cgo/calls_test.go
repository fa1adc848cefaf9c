package cgo_test

import (
	"fmt"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/cgo"
	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

// TestKeywords passes keywords with names of their own and with planned names, few
// and more than fit on C's stack, some of them missing.
func TestKeywords(t *testing.T) {
	echo := function(t, start(t), "echo")
	for _, n := range []int{1, 5, 15, 16, 64, 65, 300} {
		names, want, some := make([]string, n), map[string]any{}, map[string]any{}
		named, planned := wire.NewFrame(), wire.NewFrame()
		for i := range names {
			names[i] = fmt.Sprintf("k%d", i)
			want[names[i]] = int64(i)
			require.NoError(t, codec.Encode(named, names[i], ""))
			codec.PutInt(named, int64(i))
			if i%3 == 2 {
				planned.In = append(planned.In, byte(wire.Missing))
				continue
			}
			some[names[i]] = int64(i)
			codec.PutInt(planned, int64(i))
		}
		codec.PutHeader(named, 0, n, 0)
		got, err := call(t, cgo.Call, echo, named, 0)
		require.NoError(t, err)
		require.Equal(t, value.Tuple{value.Tuple{}, want}, got)

		keys := cgo.Keys(names)
		codec.PutHeader(planned, 0, n, uintptr(keys))
		got, err = call(t, cgo.Call, echo, planned, 0)
		require.NoError(t, err)
		require.Equal(t, value.Tuple{value.Tuple{}, some}, got)
		keys.Release()
	}
}

// TestManyArguments passes more than fit on C's stack, objects among them.
func TestManyArguments(t *testing.T) {
	p := start(t)
	echo := function(t, p, "echo")
	var many []any
	want := value.Tuple{}
	for i := range 200 {
		many = append(many, i)
		want = append(want, int64(i))
	}
	got, err := call(t, cgo.Call, echo, args(t, many...), 0)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

// TestFields reads the keys of a plan from a dict.
func TestFields(t *testing.T) {
	dict5 := function(t, start(t), "dict5")
	keys := cgo.Keys([]string{"e", "nothing", "a"})
	defer keys.Release()
	f := args(t, 1, 2, 3, 4, 5)
	defer f.Recycle()
	require.Equal(t, cgo.OK, cgo.Do(cgo.Call, dict5, f, keys))
	r := f.Result()
	require.Equal(t, wire.Fields, r.Tag())
	n, ok := r.Count(1)
	require.True(t, ok)
	require.Equal(t, 3, n)
	last, _ := codec.Decode(r)
	require.Equal(t, wire.Missing, r.Tag())
	first, _ := codec.Decode(r)
	require.Equal(t, []any{int64(5), int64(1)}, []any{last, first})
}

// TestObjects holds objects, calls their methods, and lets go of them in every way.
func TestObjects(t *testing.T) {
	p := start(t)
	tracked, alive := function(t, p, "tracked"), function(t, p, "alive")
	double := cgo.Intern("double")
	defer double.Release()
	count := func() any {
		n, err := call(t, cgo.Call, alive, args(t), 0)
		require.NoError(t, err)
		return n
	}
	for _, drop := range []func(cgo.Object){
		cgo.Object.Release, cgo.Object.Defer,
		func(o cgo.Object) { o.Retain().Release(); o.Release() },
		elsewhere,
	} {
		v, err := call(t, cgo.Call, tracked, args(t), 0)
		require.NoError(t, err)
		o := v.(cgo.Object)
		require.Equal(t, int64(1), count())
		got, err := call(t, cgo.Method, double, args(t, lent(o), 21), 0)
		require.NoError(t, err)
		require.Equal(t, int64(42), got)
		drop(o)
		require.Equal(t, int64(0), count())
	}
}

type lent cgo.Object

func (l lent) Lend() (uintptr, error) { return uintptr(l), nil }
func (l lent) Return()                {}

// elsewhere releases an object on a thread that ends.
func elsewhere(o cgo.Object) {
	done := make(chan struct{})
	go func() {
		runtime.LockOSThread()
		defer close(done)
		o.Release()
	}()
	<-done
}

// TestFaultTakesObjectsBack makes a result with objects fail half-way.
func TestFaultTakesObjectsBack(t *testing.T) {
	fault := function(t, start(t), "with_objects_and_fault")
	for range 100 {
		_, err := call(t, cgo.Call, fault, args(t), 0)
		require.ErrorContains(t, err, "lone surrogates")
	}
}

// TestThreadsEnd calls on OS threads that end, and counts what they leave.
func TestThreadsEnd(t *testing.T) {
	inc := function(t, start(t), "inc")
	before := cgo.ThreadStates()
	for range 20 {
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() {
				runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
				_, _ = call(t, cgo.Call, inc, args(t, 1), 0)
			})
		}
		all.Wait()
	}
	harness.Eventually(t, "the thread states are gone", func() bool { return cgo.ThreadStates() <= before+10 })
}

// TestFloors runs what the benchmarks are measured against.
func TestFloors(t *testing.T) {
	p := start(t)
	keys := cgo.Keys([]string{"a", "b", "c", "d", "e"})
	defer keys.Release()
	require.NoError(t, cgo.FloorCallInt(function(t, p, "inc"), 100))
	require.NoError(t, cgo.FloorCallDict5(function(t, p, "dict5"), keys, 100))
	require.NoError(t, cgo.FloorListF64(function(t, p, "echo"), 1000, 3))
	require.NoError(t, cgo.FloorMemcpy(1<<16, 3))
}

// TestLoadNamesWhatIsMissing loads a library that is no libpython.
func TestLoadNamesWhatIsMissing(t *testing.T) {
	err := cgo.Load("libm.so.6")
	require.ErrorContains(t, err, "Py_GetVersion")
	require.ErrorContains(t, cgo.Load("/nonexistent/libpython.so"), "/nonexistent/libpython.so")
}
