package processprofile_test

import (
	"runtime"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/processprofile"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/zerocopy"
)

const elements = 1 << 18 // a MiB of float32

// sharing opens a pool whose Python has numpy.
func sharing(t testing.TB) *snakepit.Runtime {
	t.Helper()
	rt := open(t, processprofile.Config{}, snakepit.PoolConfig{Workers: 1})
	if _, err := rt.Call(ctx0, "shared:drop"); err != nil {
		t.Skipf("needs numpy: %v", err)
	}
	return rt
}

func tensor(t testing.TB) *zerocopy.Tensor {
	t.Helper()
	x, err := zerocopy.New[float32](elements)
	require.NoError(t, err)
	t.Cleanup(x.Release)
	return x
}

func shared(t testing.TB, rt *snakepit.Runtime, function string, args ...any) any {
	t.Helper()
	v, err := rt.With(snakepit.RequireZeroCopy()).Call(ctx0, "shared:"+function, args...)
	require.NoErrorf(t, err, "%+v", err)
	return v
}

func floats(t testing.TB, x *zerocopy.Tensor) []float32 {
	t.Helper()
	all, err := zerocopy.Slice[float32](x)
	require.NoError(t, err)
	return all
}

// settled waits until no memory is lent any more, in either direction.
func settled(t testing.TB, rt *snakepit.Runtime, before zerocopy.LiveStats) {
	t.Helper()
	var now zerocopy.LiveStats
	harness.Eventually(t, "all memory is given back", func() bool {
		if rt != nil {
			_, _ = rt.Call(ctx0, "gc:collect")
		}
		runtime.GC()
		now = zerocopy.Live()
		return now == before
	})
}

// TestSamePages writes on one side and reads on the other, in both directions.
func TestSamePages(t *testing.T) {
	rt := sharing(t)
	mine := tensor(t)
	shared(t, rt, "fill", mine, 2.5)
	require.Equal(t, float32(2.5), floats(t, mine)[elements-1], "Python wrote into Go's memory")

	theirs := shared(t, rt, "made", elements, 1.5).(*zerocopy.Tensor)
	defer theirs.Release()
	require.Equal(t, float32(1.5), floats(t, theirs)[0])
	floats(t, theirs)[0] = 7
	require.Equal(t, 7.0, shared(t, rt, "last"), "Go wrote into Python's memory")

	back := shared(t, rt, "echo", mine).(*zerocopy.Tensor)
	defer back.Release()
	require.Equal(t, mine.Data(), back.Data(), "what came from Go goes back as what it is")
}

// TestMemoryOutlivesItsWorker kills a worker while Go holds what it made, and while it
// holds what Go made.
func TestMemoryOutlivesItsWorker(t *testing.T) {
	rt := sharing(t)
	before, used := zerocopy.Live(), footprint(t)
	for range times(3, 1, 50) {
		mine, err := zerocopy.New[float32](elements)
		require.NoError(t, err)
		shared(t, rt, "keep", mine)
		mine.Release()
		require.Positive(t, zerocopy.Live().Go-before.Go, "Python holds it")
		theirs := shared(t, rt, "made", elements, 1.5).(*zerocopy.Tensor)
		all := floats(t, theirs)

		old := pids(rt)[0]
		kill(t, old, syscall.SIGKILL)
		replaced(t, rt, old)
		require.Equal(t, float32(1.5), all[elements-1])
		all[0] = 3
		_, err = rt.With(snakepit.RequireZeroCopy()).Call(ctx0, "shared:fill", theirs, 4.0)
		require.ErrorIs(t, err, snakepit.ErrCopied, "a new process does not see the memory of the old one")
		_, err = rt.Call(ctx0, "shared:fill", theirs, 4.0)
		require.NoError(t, err)
		require.Equal(t, float32(3), all[0], "it got a copy")
		theirs.Release()
		settled(t, nil, before)
	}
	used.restored(t)
}

// TestMemoryIsGivenBack passes many tensors there and back.
func TestMemoryIsGivenBack(t *testing.T) {
	rt := sharing(t)
	before, used := zerocopy.Live(), footprint(t)
	for range times(200, 50, 5000) {
		mine, err := zerocopy.New[float32](elements)
		require.NoError(t, err)
		back := shared(t, rt, "echo", mine).(*zerocopy.Tensor)
		mine.Release()
		made := shared(t, rt, "made", elements, 1.0).(*zerocopy.Tensor)
		shared(t, rt, "drop")
		back.Release()
		made.Release()
	}
	settled(t, rt, before)
	used.restored(t)
}
