package offheap_test

import (
	"errors"
	"os"
	"os/exec"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/offheap"
	"github.com/gosnakepit/snakepit/internal/shm"
)

var _ offheap.Area = (*shm.Arena)(nil)

// TestShare runs in a process of its own: memory is shared for ever.
func TestShare(t *testing.T) {
	if os.Getenv("SNAKEPIT_TEST_SHARE") == "" {
		c := exec.Command(os.Args[0], "-test.run=^TestShare$", "-test.v")
		c.Env = append(os.Environ(), "SNAKEPIT_TEST_SHARE=1")
		out, err := c.CombinedOutput()
		require.NoError(t, err, "%s", out)
		return
	}
	before, err := offheap.Alloc(1 << 20)
	require.NoError(t, err)
	_, ok := offheap.Shared(uintptr(before), 1)
	require.False(t, ok)
	a, err := shm.NewArena(shm.Options{Cap: 1 << 20})
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip(err)
	}
	require.NoError(t, err)
	offheap.Share(a)
	require.Panics(t, func() { offheap.Share(a) })
	offheap.Free(before)
	shares(t, a)
	overflows(t, a)
}

func shares(t *testing.T, a *shm.Arena) {
	for _, c := range []struct {
		alloc func(int) (unsafe.Pointer, error)
		n     int
		want  bool
	}{
		{offheap.Alloc, offheap.ShareMin, true},
		{offheap.Dirty, 100_000, true},
		{offheap.Alloc, offheap.ShareMin - 1, false},
		{offheap.Private, 100_000, false},
	} {
		p, err := c.alloc(c.n)
		require.NoError(t, err)
		at, ok := offheap.Shared(uintptr(p), c.n)
		require.Equal(t, c.want, ok, "%d bytes", c.n)
		if ok {
			b, err := a.Slice(at, 1)
			require.NoError(t, err)
			require.Equal(t, p, unsafe.Pointer(&b[0]))
		}
		offheap.Free(p)
		require.Zero(t, a.Stats().Live)
	}
}

// overflows has no room in the area: the memory comes from elsewhere, with zeros too.
func overflows(t *testing.T, a *shm.Arena) {
	full, err := offheap.Alloc(1 << 20)
	require.NoError(t, err)
	other, err := offheap.Alloc(1 << 20)
	require.NoError(t, err)
	_, ok := offheap.Shared(uintptr(other), 1<<20)
	require.False(t, ok)
	require.EqualValues(t, 1, a.Stats().Refused)
	offheap.Free(full)
	offheap.Free(other)
	require.Zero(t, a.Stats().Live)
	_, err = offheap.Alloc(-1)
	require.ErrorContains(t, err, "miscalculated")
}
