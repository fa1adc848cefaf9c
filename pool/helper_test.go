package pool_test

import (
	"testing"

	"github.com/gosnakepit/snakepit/pool"
)

func mustNew(tb testing.TB, c pool.Config) *pool.Pool {
	tb.Helper()
	p, err := pool.New(c)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

// holdAll takes every slot of p.
func holdAll(tb testing.TB, p *pool.Pool) []int32 {
	tb.Helper()
	held := make([]int32, p.Stats().Slots)
	for i := range held {
		slot, ok := p.TryAcquire(int32(i))
		if !ok {
			tb.Fatalf("slot %d of %d is busy", i, len(held))
		}
		held[i] = slot
	}
	return held
}
