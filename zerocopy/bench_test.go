package zerocopy_test

import (
	"sync"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/offheap"
	"github.com/gosnakepit/snakepit/zerocopy"
)

// cheap gives blocks of 4 KiB as fast as C's allocator does, which is not linked here.
var cheap = sync.Pool{New: func() any { return new([4096 + offheap.Align]byte) }}

// likeC makes New and Release cost what they do with cgo, for the time of a benchmark.
func likeC(t testing.TB) {
	type block = [4096 + offheap.Align]byte
	blocks := map[unsafe.Pointer]*block{}
	offheap.SetAllocator(
		func(int) unsafe.Pointer {
			b := cheap.Get().(*block)
			p := unsafe.Pointer(&b[-uintptr(unsafe.Pointer(b))%offheap.Align])
			blocks[p] = b
			return p
		},
		func(p unsafe.Pointer) {
			cheap.Put(blocks[p])
			delete(blocks, p)
		},
	)
	t.Cleanup(func() { offheap.SetAllocator(nil, nil) })
}

func TestAllocs(t *testing.T) {
	if raceEnabled || invariants {
		t.Skip("the checks allocate")
	}
	sound(t)
	likeC(t)
	s := make([]float32, 256)
	for name, c := range map[string]struct {
		most float64
		run  func() (*zerocopy.Tensor, error)
	}{
		"FromSlice": {3, func() (*zerocopy.Tensor, error) { return zerocopy.FromSlice(s) }},
		"shaped":    {3, func() (*zerocopy.Tensor, error) { return zerocopy.FromSlice(s, 2, 2, 8, 8) }},
		"New":       {3, func() (*zerocopy.Tensor, error) { return zerocopy.New[float32](256) }},
		"5 dims":    {4, func() (*zerocopy.Tensor, error) { return zerocopy.New[float32](1, 2, 3, 4, 5) }},
	} {
		got := testing.AllocsPerRun(200, func() {
			x, err := c.run()
			if err != nil {
				t.Fatal(err)
			}
			x.Release()
		})
		require.LessOrEqual(t, got, c.most, name)
	}
	x := must(t)(zerocopy.FromSlice(s, 16, 16))
	require.Zero(t, testing.AllocsPerRun(200, func() {
		v, _ := zerocopy.At[float32](x, 3, 4)
		_ = zerocopy.Set(x, v+1, 4, 3)
	}))
}

func BenchmarkFromSlice(b *testing.B) {
	s := make([]float32, 256)
	b.ReportAllocs()
	for b.Loop() {
		x, _ := zerocopy.FromSlice(s)
		x.Release()
	}
}

func BenchmarkNew(b *testing.B) {
	likeC(b)
	b.ReportAllocs()
	for b.Loop() {
		x, _ := zerocopy.New[float32](256)
		x.Release()
	}
}

func BenchmarkView(b *testing.B) {
	x, _ := zerocopy.FromSlice(make([]float32, 256))
	defer x.Release()
	b.ReportAllocs()
	for b.Loop() {
		y, _ := x.Slice(0, 10, 20, 1)
		y.Release()
	}
}

func BenchmarkLend(b *testing.B) {
	x, _ := zerocopy.FromSlice(make([]float32, 256))
	defer x.Release()
	b.ReportAllocs()
	for b.Loop() {
		_, h, _ := x.Lend()
		h.Release()
	}
}

func BenchmarkAt(b *testing.B) {
	x, _ := zerocopy.FromSlice(make([]float32, 256), 16, 16)
	defer x.Release()
	b.ReportAllocs()
	for b.Loop() {
		_, _ = zerocopy.At[float32](x, 3, 4)
	}
}

// BenchmarkCloneTransposed copies 4 MiB, each element from another row.
func BenchmarkCloneTransposed(b *testing.B) {
	x, _ := zerocopy.FromSlice(make([]float32, 1<<20), 1024, 1024)
	defer x.Release()
	y, _ := x.Transpose()
	defer y.Release()
	b.SetBytes(4 << 20)
	for b.Loop() {
		c, _ := y.Clone()
		c.Release()
	}
}
