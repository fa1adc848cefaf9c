package threadprofile_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/threadprofile"
)

// meet calls the tool meet on both workers of a runtime at once, and returns what
// each said.
func meet(t *testing.T, rt *snakepit.Runtime) [2]any {
	t.Helper()
	_, err := rt.Execute(ctx0, "meet", nil) // finds the tool, which takes a worker too
	require.ErrorContains(t, err, "fd")
	fd, release := pipe(t)
	said := make(chan any, 2)
	for range 2 {
		go func() {
			v, err := rt.Execute(ctx0, "meet", snakepit.Args{"fd": fd})
			if err != nil {
				v = err
			}
			said <- v
		}()
	}
	harness.Eventually(t, "both workers are in use", func() bool { return python(rt).Calls.InUse == 2 })
	release()
	release()
	return [2]any{<-said, <-said}
}

// TestWorkersHaveNamespaces checks that each worker has its own copy of the
// adapter's module, unless they share one.
func TestWorkersHaveNamespaces(t *testing.T) {
	for _, adapter := range []string{"adapter", "adapter:Tools"} {
		for _, shared := range []bool{false, true} {
			rt := openWith(t, threadprofile.Config{Adapter: adapter, Shared: shared}, snakepit.PoolConfig{Workers: 2})
			said := meet(t, rt)
			require.Equal(t, shared, assert.ObjectsAreEqual(said[0], said[1]), "%s, shared: %v: %v", adapter, shared, said)
		}
	}
}

// TestAdapterStartsAfresh opens the same adapter again and again: what one runtime
// left in its module is not there in the next.
func TestAdapterStartsAfresh(t *testing.T) {
	for range 3 {
		rt := openWith(t, threadprofile.Config{Adapter: "adapter"}, snakepit.PoolConfig{Workers: 1})
		for want := int64(1); want < 4; want++ {
			v, err := rt.Execute(ctx0, "add", snakepit.Args{"x": 1})
			require.NoError(t, err)
			require.Equal(t, want, v)
		}
		require.NoError(t, rt.Close())
	}
}
