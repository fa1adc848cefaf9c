package offheap_test

import (
	"math"
	"sync"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/offheap"
)

func TestAlloc(t *testing.T) {
	for _, n := range []int{0, 1, 63, 64, 65, 4096, 1 << 20} {
		p, err := offheap.Alloc(n)
		require.NoError(t, err)
		require.Zero(t, uintptr(p)%offheap.Align)
		b := unsafe.Slice((*byte)(p), max(n, 1))
		for i := range b {
			require.Zero(t, b[i])
			b[i] = 0xff
		}
		offheap.Free(p)
	}
}

func TestAbsurdSizes(t *testing.T) {
	for _, n := range []int{-1, math.MinInt, math.MaxInt, 1<<47 + 1} {
		_, err := offheap.Alloc(n)
		require.ErrorContains(t, err, "miscalculated")
	}
	_, err := offheap.Alloc(1 << 47)
	require.ErrorContains(t, err, "no 140737488355328 bytes left")
}

// TestSetAllocator is about memory from before package cgo's init: it is not C's to free.
func TestSetAllocator(t *testing.T) {
	early, err := offheap.Alloc(8)
	require.NoError(t, err)
	t.Cleanup(func() { offheap.SetAllocator(nil, nil) })
	space := make([]byte, 8+offheap.Align)
	space[0] = 1
	var freed []unsafe.Pointer
	offheap.SetAllocator(
		func(int) unsafe.Pointer { return unsafe.Pointer(&space[0]) },
		func(p unsafe.Pointer) { freed = append(freed, p) },
	)
	p, err := offheap.Alloc(8)
	require.NoError(t, err)
	require.Zero(t, space[0], "memory of C is cleared")
	offheap.Free(early)
	require.Empty(t, freed)
	offheap.Free(p)
	require.Equal(t, []unsafe.Pointer{p}, freed)
}

func TestFreeTwice(t *testing.T) {
	p, err := offheap.Alloc(8)
	require.NoError(t, err)
	offheap.Free(p)
	require.Panics(t, func() { offheap.Free(p) })
}

func TestHammer(t *testing.T) {
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for range 200 {
				p, err := offheap.Alloc(100)
				if err != nil {
					t.Error(err)
					return
				}
				b := (*byte)(p)
				*b = byte(g)
				if *b != byte(g) {
					t.Error("memory given twice")
				}
				offheap.Free(p)
			}
		})
	}
	wg.Wait()
}
