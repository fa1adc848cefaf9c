package snakepit

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// produce is a generator of n items behind a feed; it counts those it has begun with.
func produce(f *feed[int], n int, begun *atomic.Int64, err error) {
	for i := range n {
		if !f.await() {
			break
		}
		begun.Add(1)
		if rand.IntN(8) == 0 {
			runtime.Gosched()
		}
		f.put(i)
	}
	f.end(err)
}

func TestFeedHandsOnAll(t *testing.T) {
	failure := errors.New("as asked")
	for _, limit := range []int{0, 1, 2, 16} {
		for _, want := range []error{nil, failure} {
			t.Run(fmt.Sprintf("limit=%d,%v", limit, want), func(t *testing.T) {
				const n = 2000
				f := newFeed[int](limit)
				var begun atomic.Int64
				go produce(f, n, &begun, want)
				for i := range n {
					item, ok, err := f.take(t.Context())
					require.NoError(t, err)
					require.True(t, ok)
					require.Equal(t, i, item)
					// One may be taken by a generator that was told to go on before.
					require.LessOrEqual(t, int(begun.Load())-i-1, max(limit, 1))
				}
				_, ok, err := f.take(t.Context())
				require.False(t, ok)
				require.ErrorIs(t, err, want)
			})
		}
	}
}

// TestFeedInLockStep wants the generator to run only while somebody waits.
func TestFeedInLockStep(t *testing.T) {
	f := newFeed[int](0)
	var begun atomic.Int64
	go produce(f, 10, &begun, nil)
	for i := range 5 {
		require.EqualValues(t, i, begun.Load())
		_, ok, _ := f.take(t.Context())
		require.True(t, ok)
	}
	f.stop()
}

func TestFeedStops(t *testing.T) {
	for range 200 {
		f := newFeed[int](rand.IntN(3))
		var begun atomic.Int64
		ended := make(chan struct{})
		go func() { produce(f, 1<<30, &begun, nil); close(ended) }()
		for range rand.IntN(20) {
			_, ok, _ := f.take(t.Context())
			require.True(t, ok)
		}
		f.stop()
		<-ended
	}
}

func TestFeedWaitsNoLongerThanItsContext(t *testing.T) {
	f := newFeed[int](4)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, ok, err := f.take(ctx)
	require.False(t, ok)
	require.ErrorIs(t, err, context.Canceled)
}

func TestFeedTellsWhetherAnErrorIsSeen(t *testing.T) {
	f := newFeed[int](1)
	require.True(t, f.end(nil))
	g := newFeed[int](1)
	g.stop()
	require.False(t, g.end(errors.New("unseen")))
}
