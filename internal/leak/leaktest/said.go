package leaktest

import (
	"bufio"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Said wants a line on the standard error that matches, once forget has forgotten something.
func Said(t *testing.T, pattern string, forget func()) {
	t.Helper()
	r, w, err := os.Pipe()
	require.NoError(t, err)
	stderr := os.Stderr
	os.Stderr = w
	defer func() { os.Stderr = stderr }()
	forget()
	line := make(chan string)
	go func() {
		s, _ := bufio.NewReader(r).ReadString('\n')
		line <- s
	}()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		runtime.GC()
		select {
		case s := <-line:
			require.Regexp(t, pattern, s)
			return
		case <-time.After(time.Millisecond):
		}
	}
	t.Fatal("nothing was printed")
}
