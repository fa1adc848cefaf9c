package profiletest

import (
	"errors"
	"fmt"
	"iter"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

func count(n int, closed *atomic.Bool) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer func() { closed.Store(true) }()
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

// streamFromGo passes Go iterators and channels as arguments.
func (s *suite) streamFromGo(t *testing.T) {
	rt := s.face(t, 1)
	var closed atomic.Bool
	require.Equal(t, int64(4950), execute(t, rt, "total", snakepit.Args{"numbers": count(100, &closed)}))
	numbers := make(chan int, 3)
	numbers <- 1
	numbers <- 2
	close(numbers)
	require.Equal(t, int64(3), execute(t, rt, "total", snakepit.Args{"numbers": numbers}))

	pulled := 0
	lazy := func(yield func(int) bool) {
		for yield(1) {
			pulled++
		}
	}
	require.Equal(t, int64(5), execute(t, rt, "total", snakepit.Args{"numbers": lazy, "limit": 5}))
	require.LessOrEqual(t, pulled, 6)
	closed.Store(false)
	execute(t, rt, "total", snakepit.Args{"numbers": count(1000, &closed), "limit": 5})
	harness.Eventually(t, "a Go iterator that was not read to its end is closed", closed.Load)
	for _, tool := range []string{"double", "double_later"} {
		items := make(chan string)
		go func() { defer close(items); items <- "a"; items <- "b" }()
		require.Equal(t, []any{"aa", "bb"}, collect(t, rt.Stream(t.Context(), tool, snakepit.Args{"numbers": items})), tool)
	}

	for _, tool := range []string{"double", "double_later"} {
		closed.Store(false)
		var doubled []any
		for item, err := range rt.Stream(t.Context(), tool, snakepit.Args{"numbers": count(1000, &closed)}) {
			require.NoErrorf(t, err, "%+v", err)
			if doubled = append(doubled, item); len(doubled) == 3 {
				break
			}
		}
		require.Equal(t, []any{int64(0), int64(2), int64(4)}, doubled)
		harness.Eventually(t, "the Go iterator ends", closed.Load)
	}
	failing := iter.Seq2[int, error](func(yield func(int, error) bool) {
		_ = yield(1, nil) && yield(0, fmt.Errorf("no more: %w", errSentinel))
	})
	_, err := rt.Execute(t.Context(), "total", snakepit.Args{"numbers": failing})
	require.ErrorIs(t, err, errSentinel)
	_, err = rt.Execute(t.Context(), "total", snakepit.Args{"numbers": iter.Seq[int](func(func(int) bool) { panic("oops") })})
	require.ErrorContains(t, err, "oops")
	var python *snakepit.PythonError
	require.True(t, errors.As(err, &python))
}
