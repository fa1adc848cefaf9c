package shm_test

import (
	"errors"
	"math"
	"os"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/shm"
)

var page = os.Getpagesize()

// arena makes one for a test; systems without shared memory skip it.
func arena(t testing.TB, o shm.Options) *shm.Arena {
	t.Helper()
	a, err := shm.NewArena(o)
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip(err)
	}
	require.NoError(t, err)
	t.Cleanup(a.Close)
	return a
}

func bytesAt(p unsafe.Pointer, n int) []byte { return unsafe.Slice((*byte)(p), n) }

// alloc allocates and fills.
func alloc(t testing.TB, a *shm.Arena, n int, with byte) unsafe.Pointer {
	t.Helper()
	p, err := a.Alloc(n)
	require.NoError(t, err)
	b := bytesAt(p, n)
	for i := range b {
		if b[i] != 0 {
			t.Fatalf("byte %d of a new allocation is %d", i, b[i])
		}
		b[i] = with
	}
	return p
}

func TestAlloc(t *testing.T) {
	a := arena(t, shm.Options{Cap: 1 << 20})
	for _, n := range []int{0, 1, page - 1, page, page + 1, 100_000} {
		p := alloc(t, a, n, 0xff)
		require.Zero(t, uintptr(p)%uintptr(page))
		at, ok := a.Find(uintptr(p), n)
		require.True(t, ok)
		b, err := a.Slice(at, uint64(n))
		require.NoError(t, err)
		if n > 0 {
			require.Equal(t, p, unsafe.Pointer(&b[0]))
		}
		require.EqualValues(t, max((n+page-1)/page, 1)*page, a.Stats().Live)
		a.Free(p)
	}
	require.Zero(t, a.Stats().Live)
	require.Zero(t, a.Stats().Extents)
}

// TestReuse wants the memory that is there already, as zeros again.
func TestReuse(t *testing.T) {
	a := arena(t, shm.Options{Cap: 1 << 20})
	p := alloc(t, a, 3*page, 7)
	a.Free(p)
	require.EqualValues(t, 3*page, a.Stats().Retained)
	q := alloc(t, a, 3*page, 8)
	require.Equal(t, p, q)
	a.Free(q)
	dirty, err := a.Dirty(3 * page)
	require.NoError(t, err)
	require.Equal(t, byte(8), bytesAt(dirty, 1)[0], "nobody wanted zeros")
	a.Free(dirty)
}

// TestJoin frees neighbours in every order: what they make together has room for one.
func TestJoin(t *testing.T) {
	for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		a := arena(t, shm.Options{Cap: int64(3 * page)})
		p := []unsafe.Pointer{alloc(t, a, page, 1), alloc(t, a, page, 1), alloc(t, a, page, 1)}
		for _, i := range order {
			a.Free(p[i])
		}
		a.Free(alloc(t, a, 3*page, 1))
	}
}

// TestGather has room only where free memory of two kinds meets.
func TestGather(t *testing.T) {
	a := arena(t, shm.Options{Cap: int64(8 * page)})
	a.Free(alloc(t, a, 2*page, 5))
	p := alloc(t, a, 8*page, 5)
	require.Zero(t, a.Stats().Refused)
	a.Free(p)
}

func TestCap(t *testing.T) {
	a := arena(t, shm.Options{Cap: int64(4 * page)})
	p := alloc(t, a, 3*page, 1)
	_, err := a.Alloc(2 * page)
	require.ErrorContains(t, err, "larger cap")
	require.ErrorContains(t, err, "in 1 pieces")
	for _, n := range []int{-1, math.MinInt, math.MaxInt, 4*page + 1} {
		_, err = a.Dirty(n)
		require.Error(t, err)
	}
	require.EqualValues(t, 1, a.Stats().Refused)
	a.Free(p)
	a.Free(alloc(t, a, 4*page, 1))
}

func TestDefaultCap(t *testing.T) {
	a := arena(t, shm.Options{})
	require.GreaterOrEqual(t, a.Size(), int64(64<<20))
	require.Less(t, a.Stats().Resident, int64(1<<20), "it takes memory only where it is written")
}

// TestRetain looks at what the system says of the file.
func TestRetain(t *testing.T) {
	const mb = 1 << 20
	a := arena(t, shm.Options{Cap: 64 * mb, Retain: 4 * mb})
	var all []unsafe.Pointer
	for range 16 {
		all = append(all, alloc(t, a, mb, 1))
	}
	require.GreaterOrEqual(t, a.Stats().Resident, int64(16*mb))
	for _, p := range all {
		a.Free(p)
	}
	s := a.Stats()
	require.LessOrEqual(t, s.Retained, int64(4*mb))
	require.LessOrEqual(t, s.Resident, int64(5*mb))
	a.Free(alloc(t, a, 60*mb, 1)) // across pages of all histories, all zero
	require.LessOrEqual(t, a.Stats().Resident, int64(5*mb))
}

func TestMisuse(t *testing.T) {
	a := arena(t, shm.Options{Cap: 1 << 20})
	p := alloc(t, a, 2*page, 1)
	require.Panics(t, func() { a.Free(unsafe.Add(p, 1)) })
	require.Panics(t, func() { a.Free(unsafe.Add(p, page)) })
	require.Panics(t, func() { a.Free(unsafe.Pointer(new(int))) })
	a.Free(p)
	require.Panics(t, func() { a.Free(p) })
}

func TestFind(t *testing.T) {
	a := arena(t, shm.Options{Cap: int64(4 * page)})
	p := uintptr(alloc(t, a, 4*page, 1))
	for _, c := range []struct {
		at   uintptr
		n    int
		want bool
	}{
		{p, 4 * page, true},
		{p, 4*page + 1, false},
		{p + 1, 4 * page, false},
		{p - 1, 1, false},
		{p + uintptr(4*page), 0, false},
		{p, -1, false},
		{p, math.MaxInt, false},
		{0, 0, false},
	} {
		at, ok := a.Find(c.at, c.n)
		require.Equal(t, c.want, ok, "%+v", c)
		if ok {
			require.EqualValues(t, c.at-p, at)
		}
	}
	_, err := a.Slice(uint64(4*page), 1)
	require.ErrorContains(t, err, "not within")
	_, err = a.Slice(math.MaxUint64, math.MaxUint64)
	require.ErrorContains(t, err, "not within")
	_, err = a.Slice(1, uint64(4*page))
	require.Error(t, err)
}
