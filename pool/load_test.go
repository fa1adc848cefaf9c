package pool_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/pool"
)

// shared is a pool of 3 workers with 3 slots each, some of which are busy or down: slot s
// is of worker s % 3.
func shared(t *testing.T, busy, down []int32) *pool.Pool {
	p := mustNew(t, pool.Config{Slots: 9})
	p.Share(3)
	for _, slot := range busy {
		require.True(t, p.TakeSlot(slot))
	}
	for _, slot := range down {
		p.Down(slot)
	}
	return p
}

func TestTheLeastLoadedWorker(t *testing.T) {
	for _, c := range []struct {
		name       string
		busy, down []int32
		hint       int32
		want       []int32
	}{
		{"without load any", nil, nil, -1, []int32{0, 1, 2, 3, 4, 5, 6, 7, 8}},
		{"one is idle", []int32{0, 1}, nil, -1, []int32{2, 5, 8}},
		{"the least of three", []int32{0, 3, 1, 2, 5}, nil, -1, []int32{4, 7}},
		{"the idle one is down", []int32{0, 3, 1}, []int32{2, 5, 8}, -1, []int32{4, 7}},
		{"the idle one is down but for a slot", []int32{0, 3, 1}, []int32{2, 8}, -1, []int32{5}},
		{"the hint before the load", []int32{0, 3}, nil, 6, []int32{6}},
		{"the hint's worker before the load", []int32{0, 3}, nil, 0, []int32{6}},
		{"not a hint that is down", []int32{1}, []int32{0, 3, 6}, 0, []int32{2, 5, 8}},
		{"the last slot there is", []int32{0, 1, 2, 3, 4, 5, 6, 8}, nil, 0, []int32{7}},
		{"none", []int32{0, 1, 2, 3, 4, 5, 6, 8}, []int32{7}, 0, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			for range 50 {
				p := shared(t, c.busy, c.down)
				slot, ok := p.TryAcquire(c.hint)
				require.Equal(t, c.want != nil, ok)
				if ok {
					require.Contains(t, c.want, slot)
				}
			}
		})
	}
}

// TestLoadIsEven fills the workers one by one.
func TestLoadIsEven(t *testing.T) {
	p := shared(t, nil, nil)
	load := [3]int{}
	for n := range 9 {
		slot, ok := p.TryAcquire(-1)
		require.True(t, ok)
		load[slot%3]++
		require.LessOrEqual(t, max(load[0], load[1], load[2])-n/3, 1)
	}
}
