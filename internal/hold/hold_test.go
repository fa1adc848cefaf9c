package hold_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/hold"
)

type owner struct{ drops atomic.Int32 }

func (o *owner) Drop() { o.drops.Add(1) }

// cell is the layout that C reads.
type cell struct {
	count int64
	index uint64
}

func cellOf(h *hold.Hold) *cell {
	at := h.Address()
	return *(**cell)(unsafe.Pointer(&at))
}

func TestLastReferenceDrops(t *testing.T) {
	o, live := new(owner), hold.Live()
	h := hold.New(o)
	require.Equal(t, live+1, hold.Live())
	h.Retain()
	require.True(t, h.TryRetain())
	h.Release()
	h.Release()
	require.Zero(t, o.drops.Load())
	require.Same(t, o, h.Owner())
	h.Release()
	require.EqualValues(t, 1, o.drops.Load())
	require.False(t, h.TryRetain())
	require.Equal(t, live, hold.Live())
}

func TestMisuse(t *testing.T) {
	h := hold.New(new(owner))
	index := cellOf(h).index
	require.Panics(t, func() { hold.Dropped(index) }, "it is not dropped")
	h.Release()
	require.Panics(t, h.Release)
	cellOf(h).count = 0
	require.Panics(t, h.Retain)
	cellOf(h).count = 0
	require.Panics(t, func() { hold.Dropped(index) }, "it was dropped")
	require.Panics(t, func() { hold.Dropped(1 << 60) })
	require.Nil(t, hold.At(1<<60))
}

func TestCell(t *testing.T) {
	o := new(owner)
	h := hold.New(o)
	c := cellOf(h)
	require.Zero(t, h.Address()%64)
	require.EqualValues(t, 1, c.count)
	require.Same(t, h, hold.At(c.index))
	if atomic.AddInt64(&c.count, -1) == 0 { // as C does
		hold.Dropped(c.index)
	}
	require.EqualValues(t, 1, o.drops.Load())
}

func TestKinds(t *testing.T) {
	live := hold.LiveOf(hold.Device)
	h := hold.NewKind(new(owner), hold.Device)
	require.Equal(t, live+1, hold.LiveOf(hold.Device))
	h.Release()
	require.Equal(t, live, hold.LiveOf(hold.Device))
}

// TestCellsAreUsedAgain also needs many chunks.
func TestCellsAreUsedAgain(t *testing.T) {
	var most uint64
	round := func() {
		all := make([]*hold.Hold, 3000)
		seen := map[uint64]bool{}
		for i := range all {
			all[i] = hold.New(new(owner))
			seen[cellOf(all[i]).index] = true
			most = max(most, cellOf(all[i]).index)
		}
		require.Len(t, seen, len(all))
		for _, h := range all {
			h.Release()
		}
	}
	for range 20 {
		round()
	}
	require.Less(t, most, uint64(6000))
}

func TestAllocs(t *testing.T) {
	o := new(owner)
	for range 1000 {
		hold.New(o).Release() // each stripe has cells
	}
	require.Zero(t, testing.AllocsPerRun(1000, func() { hold.New(o).Release() }))
}

// TestHammer gives up references from everywhere, half of them as C does.
func TestHammer(t *testing.T) {
	const goroutines, rounds = 16, 300
	live := hold.Live()
	var wg sync.WaitGroup
	for range rounds {
		o := new(owner)
		h := hold.New(o)
		c := cellOf(h)
		for g := range goroutines {
			h.Retain()
			wg.Go(func() {
				if !h.TryRetain() {
					t.Error("a hold with references is dead")
				}
				_ = h.Owner()
				release(h, c, g%2 == 0)
				other := hold.New(new(owner))
				release(h, c, g%2 == 1)
				other.Release()
			})
		}
		h.Release()
		wg.Wait()
		if n := o.drops.Load(); n != 1 {
			t.Fatalf("dropped %d times", n)
		}
	}
	require.Equal(t, live, hold.Live())
}

func release(h *hold.Hold, c *cell, asC bool) {
	if !asC {
		h.Release()
	} else if atomic.AddInt64(&c.count, -1) == 0 {
		hold.Dropped(c.index)
	}
}

func BenchmarkNewRelease(b *testing.B) {
	o := new(owner)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			hold.New(o).Release()
		}
	})
}

func BenchmarkRetainRelease(b *testing.B) {
	h := hold.New(new(owner))
	defer h.Release()
	for b.Loop() {
		h.Retain()
		h.Release()
	}
}
