//go:build linux

package child_test

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/processprofile/internal/child"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

func TestNothingLeaks(t *testing.T) {
	r := registry(t)
	cycle := func(part string) {
		p, err := child.Start(t.Context(), config(r, part))
		if part == refusing {
			require.Error(t, err)
			return
		}
		require.NoError(t, err)
		require.NoError(t, p.Stop(t.Context()))
	}
	cycle(obedient) // what is made once
	files, goroutines := len(list(t, "/proc/self/fd")), runtime.NumGoroutine()
	for i := range 50 {
		cycle([]string{obedient, family, refusing}[i%3])
	}
	require.Len(t, list(t, "/proc/self/fd"), files)
	harness.Eventually(t, "the goroutines end", func() bool { return runtime.NumGoroutine() <= goroutines })
	require.Empty(t, children())
}

// children returns the children of this process, zombies too.
func children() []string {
	entries, _ := os.ReadDir("/proc")
	var found []string
	for _, e := range entries {
		text, err := os.ReadFile("/proc/" + e.Name() + "/stat")
		if err != nil {
			continue
		}
		_, rest, _ := strings.Cut(string(text), ") ")
		if fields := strings.Fields(rest); len(fields) > 1 && fields[1] == strconv.Itoa(os.Getpid()) {
			found = append(found, string(text))
		}
	}
	return found
}
