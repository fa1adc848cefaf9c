package threadprofile_test

import (
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

// few is how many thread states there may be beside those of calls in progress:
// the init thread's, and those of Ms on which results and objects were released.
const few = 12

func states(rt *snakepit.Runtime) int { return python(rt).Python.ThreadStates }

// onThread runs f on an OS thread of its own, which ends with it.
func onThread(f func()) (done chan struct{}) {
	done = make(chan struct{})
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends
		defer close(done)
		f()
	}()
	return done
}

// TestThreadsThatEndLeaveNoThreadState makes 10,000 OS threads call once and end.
func TestThreadsThatEndLeaveNoThreadState(t *testing.T) {
	rt := open(t, 8)
	inc, err := snakepit.Bind[int, int](rt, "work:inc")
	require.NoError(t, err)
	threads := 10_000
	if testing.Short() || raceEnabled {
		threads = 1000
	}
	before := states(rt)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for i := range threads / 8 {
				<-onThread(func() {
					n, err := inc(ctx0, i)
					if err != nil || n != i+1 {
						t.Errorf("%d, %v", n, err)
					}
				})
			}
		})
	}
	all.Wait()
	ids := map[any]bool{}
	for range 100 {
		<-onThread(func() { ids[must(rt.Call(ctx0, "threading:get_native_id"))] = true })
	}
	require.Greater(t, len(ids), 90, "these are the same threads again and again")
	harness.Eventually(t, "the thread states of the ended threads are gone", func() bool { return states(rt) <= before+few })
	t.Logf("%d thread states before, %d after", before, states(rt))
}

func must(v any, err error) any {
	if err != nil {
		panic(err)
	}
	return v
}

// TestStatsWhileThreadsEnd counts thread states while they come and go.
func TestStatsWhileThreadsEnd(t *testing.T) {
	rt := open(t, 8)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 500 {
				<-onThread(func() { must(rt.Call(ctx0, "work:inc", 1)) })
			}
		})
	}
	done := make(chan struct{})
	go func() { all.Wait(); close(done) }()
	for {
		require.Positive(t, states(rt))
		select {
		case <-done:
			return
		default:
		}
	}
}

// TestThreadsThatEndKeepNoObjects lets threads end that made the objects Go holds.
func TestThreadsThatEndKeepNoObjects(t *testing.T) {
	rt := open(t, 4)
	ends := eval(t, rt, "__import__('work').ends()").(int64)
	const n = 200
	var made []*snakepit.Object
	for range n {
		<-onThread(func() { made = append(made, must(rt.Call(ctx0, "work:tracked")).(*snakepit.Object)) })
	}
	for _, o := range made {
		name, err := o.TypeName(ctx0)
		require.NoError(t, err)
		require.Equal(t, "work.Tracked", name)
		o.Release()
	}
	require.EqualValues(t, ends+n, eval(t, rt, "__import__('work').ends()"))
}

// TestThreadsThatEndFreeWhatIsTheirs lets a thread end to which an object of native
// code was left: its end runs such code, which asks CPython for the thread's state.
func TestThreadsThatEndFreeWhatIsTheirs(t *testing.T) {
	rt := open(t, 4)
	if err := rt.Exec(ctx0, "test", "import numpy"); err != nil {
		t.Skip(err)
	}
	before := ends(t, rt)
	const n = 50
	for range n {
		made, released := make(chan *snakepit.Object), make(chan struct{})
		thread := onThread(func() {
			must(rt.Call(ctx0, "work:keep_in_thread", 1000))
			made <- must(rt.Call(ctx0, "work:tracked_array_holder", 1000)).(*snakepit.Object)
			<-released
		})
		<-onThread((<-made).Release) // the array is left to the thread that made it
		close(released)
		<-thread
	}
	harness.Eventually(t, "what was left to the threads is freed", func() bool { return ends(t, rt) >= before+2*n })
}

// TestThreadStatesAreBounded calls from many goroutines at once, and counts.
func TestThreadStatesAreBounded(t *testing.T) {
	const workers, goroutines = 4, 64
	rt := open(t, workers)
	spin, err := snakepit.Bind[float64, int](rt, "work:spin") // long enough for new Ms
	require.NoError(t, err)
	before, most := states(rt), 0
	var all sync.WaitGroup
	done := make(chan struct{})
	for range goroutines {
		all.Go(func() {
			for range 5 {
				if _, err := spin(ctx0, 0.001); err != nil {
					t.Error(err)
				}
			}
		})
	}
	go func() { all.Wait(); close(done) }()
	for {
		most = max(most, states(rt))
		select {
		case <-done:
			t.Logf("%d thread states before, at most %d with %d goroutines and %d workers", before, most, goroutines, workers)
			require.LessOrEqual(t, most, before+workers+few)
			return
		default:
		}
	}
}

// TestReleaseIsBounded checks that giving up objects and large results, which waits
// for no worker, makes no crowd of thread states either.
func TestReleaseIsBounded(t *testing.T) {
	rt := open(t, 2)
	before := states(rt)
	text := make([]byte, 256<<10)
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			for range 20 {
				o := must(rt.Call(ctx0, "work:tracked")).(*snakepit.Object)
				_ = must(rt.Call(ctx0, "work:echo", text))
				o.Release()
			}
		})
	}
	all.Wait()
	t.Logf("%d thread states before, %d after", before, states(rt))
	require.Less(t, states(rt), before+32, "half as many as goroutines")
}
