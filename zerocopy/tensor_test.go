package zerocopy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/zerocopy"
)

// sound wants that a test leaves no memory referred to.
func sound(t testing.TB) {
	t.Helper()
	before := zerocopy.Live()
	t.Cleanup(func() { require.Equal(t, before, zerocopy.Live(), "live memory") })
}

// must returns a tensor that the test releases at its end.
func must(t testing.TB) func(*zerocopy.Tensor, error) *zerocopy.Tensor {
	return func(x *zerocopy.Tensor, err error) *zerocopy.Tensor {
		t.Helper()
		require.NoError(t, err)
		t.Cleanup(x.Release)
		return x
	}
}

func TestFromSlice(t *testing.T) {
	sound(t)
	s := []float32{0, 1, 2, 3, 4, 5}
	x := must(t)(zerocopy.FromSlice(s, 2, 3))
	require.Equal(t, "float32[2 3] on cpu:0", x.String())
	require.Equal(t, []int{3, 1}, x.Strides())
	require.Equal(t, 24, x.NBytes())
	require.NoError(t, zerocopy.Set[float32](x, 9, 1, 2))
	require.Equal(t, float32(9), s[5])
	v, err := x.At(1, 0)
	require.NoError(t, err)
	require.Equal(t, float32(3), v)
	same, err := zerocopy.Slice[float32](x)
	require.NoError(t, err)
	require.Same(t, &s[0], &same[0])
}

func TestRelease(t *testing.T) {
	sound(t)
	x, err := zerocopy.New[int64](3)
	require.NoError(t, err)
	y := must(t)(x.Slice(0, 2, -1, -1))
	x.Release()
	x.Release()
	_, err = x.Reshape(3)
	require.ErrorIs(t, err, zerocopy.ErrReleased)
	require.Zero(t, x.Len())
	require.Zero(t, x.Data())
	require.Nil(t, x.Hold())
	require.NoError(t, y.Set(7, 0))
	v, err := zerocopy.At[int64](y, 0)
	require.NoError(t, err)
	require.EqualValues(t, 7, v)
	(*zerocopy.Tensor)(nil).Release()
}
