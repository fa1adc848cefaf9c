//go:build invariants

package zerocopy_test

import (
	"bufio"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/zerocopy"
)

const invariants = true

// TestLeakIsReported reads what is printed about a tensor that nobody released.
func TestLeakIsReported(t *testing.T) {
	r, w, err := os.Pipe()
	require.NoError(t, err)
	stderr := os.Stderr
	os.Stderr = w
	t.Cleanup(func() { os.Stderr = stderr })
	func() {
		x, err := zerocopy.FromSlice([]int8{1})
		require.NoError(t, err)
		require.Equal(t, 1, x.Len())
	}()
	line := make(chan string)
	go func() {
		s, _ := bufio.NewReader(r).ReadString('\n')
		line <- s
	}()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		runtime.GC()
		select {
		case s := <-line:
			require.Regexp(t, `a tensor made at .*leak_invariants_test\.go:\d+ was never released`, s)
			return
		case <-time.After(time.Millisecond):
		}
	}
	t.Fatal("nothing was printed")
}
