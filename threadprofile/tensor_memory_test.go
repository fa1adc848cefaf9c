package threadprofile_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/zerocopy"
)

// exchanges is what the hammer does to tensors: lend a slice, lend memory that Python
// keeps and Go gives up first, borrow Python's, and pass that back.
type exchanges struct {
	take, hold, echo func(*zerocopy.Tensor) (*zerocopy.Tensor, error)
	give             func() (*zerocopy.Tensor, error)
}

const exchanged = `
import array, threading
held = threading.local()

def take(t):
    with memoryview(t) as view:
        view[0] = view[1]

def hold(t):
    held.last = memoryview(t)  # and lets go of the one before

def give():
    return array.array("d", (1.0, 2.0))

def echo(t):
    return t
`

func (e *exchanges) one(i int) error {
	var t *zerocopy.Tensor
	var err error
	switch use := e.take; i % 4 {
	case 0, 1:
		if i%4 == 1 {
			use = e.hold
		}
		if t, err = zerocopy.FromSlice([]float64{1, 2, 3}); err == nil {
			_, err = use(t)
		}
	case 2:
		t, err = e.give()
	case 3:
		if t, err = e.give(); err == nil {
			var again *zerocopy.Tensor
			again, err = e.echo(t)
			again.Release()
		}
	}
	t.Release()
	return err
}

// hammer has 16 goroutines make n exchanges each.
func (e *exchanges) hammer(t *testing.T, n int) {
	t.Helper()
	errs := make([]error, 16)
	var all sync.WaitGroup
	for g := range errs {
		all.Go(func() {
			for i := 0; i < n && errs[g] == nil; i++ {
				errs[g] = e.one(i + g)
			}
		})
	}
	all.Wait()
	for _, err := range errs {
		require.NoErrorf(t, err, "%+v", err)
	}
}

// TestExchangesHammer looks at the memory after many exchanges.
func TestExchangesHammer(t *testing.T) {
	rt := open(t, 4)
	must(0, rt.Exec(ctx0, "exchanged", exchanged))
	call := func(name string) func(*zerocopy.Tensor) (*zerocopy.Tensor, error) {
		f := must(rt.Eval(ctx0, "exchanged", name)).(*snakepit.Object)
		t.Cleanup(f.Release)
		return func(t *zerocopy.Tensor) (*zerocopy.Tensor, error) {
			v, err := f.Invoke(ctx0, t)
			back, _ := v.(*zerocopy.Tensor)
			return back, err
		}
	}
	give := must(rt.Eval(ctx0, "exchanged", "give")).(*snakepit.Object)
	defer give.Release()
	e := &exchanges{take: call("take"), hold: call("hold"), echo: call("echo"), give: func() (*zerocopy.Tensor, error) {
		v, err := give.Invoke(ctx0)
		back, _ := v.(*zerocopy.Tensor)
		return back, err
	}}
	n := 100_000
	if testing.Short() || raceEnabled {
		n = 2_000
	}
	e.hammer(t, n/2)
	grown := e.growth(t, rt, n)
	for round := 0; round < 2 && grown >= mib; round++ { // what leaks does in each
		grown = e.growth(t, rt, n)
	}
	if !raceEnabled && !asanEnabled { // they keep memory of their own
		require.Less(t, grown, mib)
	}
	must(0, rt.Exec(ctx0, "exchanged", "held = None"))
	require.LessOrEqual(t, zerocopy.Live().Go, pythonThreads(rt), "each thread of Python's may hold one")
	harness.Eventually(t, "Python's memory is back", func() bool { return zerocopy.Live().Foreign == 0 })
}

// growth is by how much memory grew in n exchanges of 16 goroutines each.
func (e *exchanges) growth(t *testing.T, rt *snakepit.Runtime, n int) int {
	t.Helper()
	before := resting(t, rt)
	e.hammer(t, n)
	grown := resting(t, rt) - before
	t.Logf("%d exchanges: %+d KiB", 16*n, grown>>10)
	return grown
}

func pythonThreads(rt *snakepit.Runtime) int {
	return rt.Stats().Pools[snakepit.DefaultPool].Python.ThreadStates
}
