package profiletest

import (
	"os"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
)

// budget checks how many threads numpy's BLAS uses in a call, as threadpoolctl sees it.
func (s *suite) budget(t *testing.T) {
	s.importable(t, "numpy, threadpoolctl")
	for _, name := range []string{"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"} {
		if v, set := os.LookupEnv(name); set {
			t.Skipf("%s is %s", name, v)
		}
	}
	cores := runtime.GOMAXPROCS(0)
	for name, c := range map[string]struct{ workers, set, want int }{
		"One":      {1, 1, 1},
		"Two":      {1, 2, 2},
		"Shared":   {cores, 0, 1},
		"Few":      {4 * cores, 0, 1},
		"AllCores": {1, 0, cores},
	} {
		t.Run(name, func(t *testing.T) {
			rt := s.open(t, "", snakepit.PoolConfig{Workers: c.workers, NativeThreads: c.set})
			want := c.want
			if poolStats(rt).Python.Profile == "thread" {
				want = min(want, cores) // what the suite's own runtime has, with one worker
			}
			require.Equal(t, want, poolStats(rt).Python.NativeThreads)
			requireSame(t, []any{int64(min(want, cores))}, blasThreads(t, rt)) // OpenBLAS takes no more
			require.NoError(t, rt.Close())
		})
	}
	t.Run("LeftAlone", func(t *testing.T) {
		rt := s.open(t, "", snakepit.PoolConfig{Workers: 1, NativeThreads: -1})
		if poolStats(rt).Python.Profile == "thread" {
			t.Skip("libraries are shared with the suite's own runtime")
		}
		require.Zero(t, poolStats(rt).Python.NativeThreads)
		v, err := rt.Eval(ctx0, namespace, "'OPENBLAS_NUM_THREADS' in __import__('os').environ")
		require.NoError(t, err)
		requireSame(t, false, v)
	})
	requireSame(t, []any{int64(cores)}, blasThreads(t, s.rt))
}

func blasThreads(t *testing.T, rt *snakepit.Runtime) any {
	t.Helper()
	v, err := rt.Eval(ctx0, namespace, // in one step: the next one may be another worker's
		"(__import__('numpy'), sorted({p['num_threads'] for p in __import__('threadpoolctl').threadpool_info() if p['user_api'] == 'blas'}))[1]")
	require.NoError(t, err)
	return v
}
