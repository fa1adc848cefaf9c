package processprofile

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNativeThreads(t *testing.T) {
	add, holds := nativeThreads([]string{"HOME=/", "MKL_NUM_THREADS=4"}, 2)
	require.Equal(t, 2, holds)
	require.Contains(t, add, "OMP_NUM_THREADS=2")
	require.Contains(t, add, "OPENBLAS_NUM_THREADS=2")
	require.NotContains(t, add, "MKL_NUM_THREADS=2", "the user's stands")
	require.Len(t, add, len(nativeVariables)-1)

	add, holds = nativeThreads([]string{"OMP_NUM_THREADS=3"}, 2)
	require.Empty(t, add, "it speaks for all")
	require.Equal(t, 3, holds)
	_, holds = nativeThreads([]string{"OMP_NUM_THREADS=3,2"}, 2)
	require.Zero(t, holds)
	add, holds = nativeThreads(nil, 0)
	require.Empty(t, add)
	require.Zero(t, holds)
}

// TestNativeVariables checks that both profiles set the same.
func TestNativeVariables(t *testing.T) {
	source, err := os.ReadFile("../python/snakepit_bridge/_threads.py")
	require.NoError(t, err)
	for _, name := range nativeVariables {
		require.Contains(t, string(source), `"`+name+`"`)
	}
}
