package shm_test

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/shm"
)

// TestHammer has everybody allocate, fill, look and free at once, near the cap and with
// so little retained that memory comes and goes.
func TestHammer(t *testing.T) {
	a := arena(t, shm.Options{Cap: int64(512 * page), Retain: int64(16 * page)})
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() { hammer(t, a, byte(g+1), 2000) })
	}
	wg.Wait()
	require.Zero(t, a.Stats().Live)
	require.Zero(t, a.Stats().Extents)
	p, err := a.Alloc(512 * page)
	require.NoError(t, err, "all of it is one piece again")
	a.Free(p)
}

type piece struct {
	p    unsafe.Pointer
	n    int
	with byte
}

func hammer(t *testing.T, a *shm.Arena, with byte, rounds int) {
	r := rand.New(rand.NewPCG(uint64(with), 1))
	var mine []piece
	for range rounds {
		if len(mine) > 0 && r.IntN(2) == 0 {
			i := r.IntN(len(mine))
			drop(t, a, mine[i])
			mine[i] = mine[len(mine)-1]
			mine = mine[:len(mine)-1]
			continue
		}
		n := page << r.IntN(7) * (1 + r.IntN(4)) / 3
		if p, err := a.Alloc(n); err == nil {
			mine = append(mine, fill(t, piece{p, n, with}))
		}
	}
	for _, one := range mine {
		drop(t, a, one)
	}
}

func fill(t *testing.T, one piece) piece {
	b := bytesAt(one.p, one.n)
	if b[0] != 0 || b[one.n-1] != 0 {
		t.Error("an allocation is not zero")
	}
	b[0], b[one.n-1] = one.with, one.with
	return one
}

func drop(t *testing.T, a *shm.Arena, one piece) {
	b := bytesAt(one.p, one.n)
	if b[0] != one.with || b[one.n-1] != one.with {
		t.Error("memory was given twice")
	}
	a.Free(one.p)
}

func BenchmarkAlloc64K(b *testing.B) {
	a := arena(b, shm.Options{Cap: 1 << 30})
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			p, err := a.Dirty(64 << 10)
			if err != nil {
				b.Error(err)
				return
			}
			a.Free(p)
		}
	})
}

func BenchmarkAllocZeroed64K(b *testing.B) {
	a := arena(b, shm.Options{Cap: 1 << 30})
	for b.Loop() {
		p, _ := a.Alloc(64 << 10)
		a.Free(p)
	}
}

// TestBusy allocates what is being given back to the system at the moment: it waits.
func TestBusy(t *testing.T) {
	const size = 32 << 20
	a := arena(t, shm.Options{Cap: size, Retain: int64(page)})
	for range 5 {
		p := alloc(t, a, size, 1)
		var wg sync.WaitGroup
		wg.Go(func() { a.Free(p) })
		for a.Stats().Live > 0 {
			runtime.Gosched()
		}
		q, err := a.Alloc(size)
		require.NoError(t, err)
		wg.Wait()
		a.Free(q)
	}
}
