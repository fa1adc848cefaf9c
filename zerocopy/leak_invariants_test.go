//go:build invariants

package zerocopy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/leak/leaktest"
	"github.com/gosnakepit/snakepit/zerocopy"
)

const invariants = true

// TestLeakIsReported reads what is printed about a tensor that nobody released.
func TestLeakIsReported(t *testing.T) {
	leaktest.Said(t, `a tensor made at .*leak_invariants_test\.go:\d+ was never released`, func() {
		x, err := zerocopy.FromSlice([]int8{1})
		require.NoError(t, err)
		require.Equal(t, 1, x.Len())
	})
}
