package pool_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/pool"
)

func TestTryAcquire(t *testing.T) {
	for _, c := range []struct {
		name string
		busy []int32 // of 3 slots
		hint int32
		want []int32 // any of these; none: refused
	}{
		{"the hinted slot when it is free", nil, 1, []int32{1}},
		{"the last slot", nil, 2, []int32{2}},
		{"any slot without a hint", nil, -1, []int32{0, 1, 2}},
		{"any slot for a hint that is none", nil, 3, []int32{0, 1, 2}},
		{"another slot when the hinted one is busy", []int32{1}, 1, []int32{0, 2}},
		{"the only free slot, before the hint", []int32{1, 2}, 2, []int32{0}},
		{"the only free slot, after the hint", []int32{0, 1}, 0, []int32{2}},
		{"none when all are busy", []int32{0, 1, 2}, 0, nil},
		{"none when all are busy, without a hint", []int32{0, 1, 2}, -1, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := mustNew(t, pool.Config{Slots: 3})
			for _, slot := range c.busy {
				got, ok := p.TryAcquire(slot)
				require.True(t, ok)
				require.Equal(t, slot, got)
			}
			slot, ok := p.TryAcquire(c.hint)
			require.Equal(t, c.want != nil, ok)
			if ok {
				require.Contains(t, c.want, slot)
			} else {
				require.EqualValues(t, -1, slot)
			}
			inUse := len(c.busy)
			if ok {
				inUse++
			}
			require.Equal(t, inUse, p.Stats().InUse)
		})
	}
}

// Callers that lose their slot must not all settle on the same next one.
func TestSearchStartsAnywhere(t *testing.T) {
	p := mustNew(t, pool.Config{Slots: 8})
	busy, _ := p.TryAcquire(0)
	seen := map[int32]int{}
	for range 400 {
		slot, ok := p.TryAcquire(busy)
		require.True(t, ok)
		p.Release(slot, false)
		seen[slot]++
	}
	require.Len(t, seen, 7, "%v", seen)
	require.Less(t, seen[1], 200, "%v", seen)
}

func TestReleaseCounts(t *testing.T) {
	p := mustNew(t, pool.Config{Slots: 2})
	for i := range 10 {
		slot, err := p.Acquire(context.Background(), int32(i%2))
		require.NoError(t, err)
		p.Release(slot, i%5 == 0)
	}
	require.Equal(t, pool.Stats{Slots: 2, Calls: 10, Errors: 2}, p.Stats())
}

func TestReleaseOfASlotNotHeldPanics(t *testing.T) {
	p := mustNew(t, pool.Config{Slots: 2})
	slot, _ := p.TryAcquire(1)
	p.Release(slot, false)
	for _, wrong := range []int32{0, 1, 2, -1} {
		func() {
			defer func() {
				require.Contains(t, recover(), "which is not held", "slot %d", wrong)
			}()
			p.Release(wrong, true)
		}()
	}
	require.Equal(t, pool.Stats{Slots: 2, Calls: 1}, p.Stats(), "misuse is not counted")
}

func TestFastPathAllocatesNothing(t *testing.T) {
	p := mustNew(t, pool.Config{Slots: 4})
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	hint := int32(-1)
	pair := func() {
		slot, err := p.Acquire(ctx, hint)
		if err != nil {
			t.Fatal(err)
		}
		p.Release(slot, true)
		hint = slot
	}
	require.Zero(t, testing.AllocsPerRun(100, pair))
	hint = -1
	p.TryAcquire(0) // from now on a caller with hint 0 has to search
	require.Zero(t, testing.AllocsPerRun(100, func() { hint = 0; pair() }))
}

// The same caller keeps its slot although others come and go: that is what
// keeps the slot's cache line where it is.
func TestHintedCallersStayApart(t *testing.T) {
	const callers = 4
	p := mustNew(t, pool.Config{Slots: callers})
	var wg sync.WaitGroup
	for i := range int32(callers) {
		wg.Go(func() {
			for range 1000 {
				slot, ok := p.TryAcquire(i)
				if !assert.True(t, ok) || !assert.Equal(t, i, slot) {
					return
				}
				p.Release(slot, false)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, callers*1000, p.Stats().Calls)
}
