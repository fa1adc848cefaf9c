package threadprofile_test

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/threadprofile"
)

// TestCloseLeavesNoGoroutine uses the workers' goroutines and closes.
func TestCloseLeavesNoGoroutine(t *testing.T) {
	open(t, 1) // the interpreter keeps one while anybody uses it
	before := runtime.NumGoroutine()
	for range 10 {
		rt, err := start(threadprofile.Config{}, snakepit.PoolConfig{Workers: 8})
		require.NoError(t, err)
		done := make(chan any)
		for range 32 {
			go func() { done <- must(rt.Call(t.Context(), "work:inc", 1)) }()
		}
		for range 32 {
			require.Equal(t, int64(2), <-done)
		}
		require.NoError(t, rt.Close())
	}
	harness.Eventually(t, "the goroutines have ended", func() bool { return runtime.NumGoroutine() <= before })
}
