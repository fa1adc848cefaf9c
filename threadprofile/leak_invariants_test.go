//go:build invariants

package threadprofile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/internal/leak/leaktest"
)

// TestForgottenObjectIsNamed reads what is printed about an object that nobody released.
func TestForgottenObjectIsNamed(t *testing.T) {
	rt := open(t, 1)
	leaktest.Said(t, `an object that a call returned at .*leak_invariants_test\.go:\d+ was never released`, func() {
		v, err := rt.Call(ctx0, "builtins:object")
		require.NoError(t, err)
		require.IsType(t, &snakepit.Object{}, v)
	})
}
