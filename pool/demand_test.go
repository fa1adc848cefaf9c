package pool_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/pool"
)

func TestDemand(t *testing.T) {
	p, err := pool.New(pool.Config{Slots: 2, Elastic: true})
	require.NoError(t, err)
	p.Down(1)
	slot, err := p.Acquire(t.Context(), -1)
	require.NoError(t, err)
	require.Empty(t, p.Demand(), "nobody had to wait")

	got := make(chan int32, 1)
	go func() {
		slot, _ := p.Acquire(context.Background(), -1)
		got <- slot
	}()
	<-p.Demand()
	callers, first := p.Longest()
	require.Equal(t, 1, callers)
	_, later := p.Longest()
	require.GreaterOrEqual(t, later, first)
	p.Up(1) // what the demand was for
	require.EqualValues(t, 1, <-got)
	callers, waited := p.Longest()
	require.Zero(t, callers)
	require.Zero(t, waited)
	p.Release(slot, false)
	p.Release(1, false)
}

func TestElasticTakesTheFirstWorkers(t *testing.T) {
	for _, workers := range []int32{8, 4} { // a slot each, or two
		p, err := pool.New(pool.Config{Slots: 8, Elastic: true})
		require.NoError(t, err)
		p.Share(int(workers))
		for range 100 {
			first, ok := p.TryAcquire(-1)
			require.True(t, ok)
			second, ok := p.TryAcquire(-1)
			require.True(t, ok)
			require.EqualValues(t, []int32{0, 1}, []int32{first % workers, second % workers})
			p.Release(first, false)
			p.Release(second, false)
		}
		p.Down(0)
		p.Down(4)
		slot, ok := p.TryAcquire(-1)
		require.True(t, ok)
		require.EqualValues(t, 1, slot%workers)
	}
}

func TestNoDemandUnlessElastic(t *testing.T) {
	p, err := pool.New(pool.Config{Slots: 1, QueueTimeout: time.Millisecond})
	require.NoError(t, err)
	require.Nil(t, p.Demand())
}
