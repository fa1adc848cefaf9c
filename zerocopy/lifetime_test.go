package zerocopy_test

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/zerocopy"
)

// TestReleasedIsRefused goes through everything that can fail, and what returns zero.
func TestReleasedIsRefused(t *testing.T) {
	sound(t)
	x, err := zerocopy.New[int8](2, 3)
	require.NoError(t, err)
	x.Release()
	for name, used := range map[string]func() error{
		"Reshape":     func() error { _, err := x.Reshape(6); return err },
		"Slice":       func() error { _, err := x.Slice(0, 0, 1, 1); return err },
		"Index":       func() error { _, err := x.Index(0, 0); return err },
		"Transpose":   func() error { _, err := x.Transpose(); return err },
		"Broadcast":   func() error { _, err := x.Broadcast(2, 3); return err },
		"AsReadOnly":  func() error { _, err := x.AsReadOnly(); return err },
		"Contiguous":  func() error { _, err := x.Contiguous(); return err },
		"Clone":       func() error { _, err := x.Clone(); return err },
		"At":          func() error { _, err := x.At(0, 0); return err },
		"At[T]":       func() error { _, err := zerocopy.At[int8](x, 0, 0); return err },
		"Set":         func() error { return x.Set(int8(1), 0, 0) },
		"Slice[T]":    func() error { _, err := zerocopy.Slice[int8](x); return err },
		"ReadSlice":   func() error { _, err := zerocopy.ReadSlice[int8](x); return err },
		"Bytes":       func() error { _, err := x.Bytes(); return err },
		"Lend":        func() error { _, _, err := x.Lend(); return err },
		"Synchronize": func() error { return x.Synchronize(1) },
	} {
		require.ErrorIs(t, used(), zerocopy.ErrReleased, name)
	}
	require.Equal(t, zerocopy.DType{}, x.DType())
	require.Equal(t, zerocopy.Device{}, x.Device())
	require.Nil(t, x.Shape())
	require.Nil(t, x.Strides())
	require.Zero(t, x.NDim()+x.Len()+x.NBytes()+int(x.Data()))
	require.False(t, x.ReadOnly() || x.IsContiguous())
	require.Equal(t, "released tensor", x.String())
}

func TestLendOutlivesRelease(t *testing.T) {
	sound(t)
	x, err := zerocopy.FromSlice([]int16{1, 2, 3})
	require.NoError(t, err)
	l, h, err := x.Lend()
	require.NoError(t, err)
	require.Same(t, x.Hold(), h)
	x.Release()
	require.Equal(t, []int{3}, l.Shape)
	require.Equal(t, 1, zerocopy.Live().Go)
	h.Release()
}

// TestPinned wants that a slice is where it was, and what it was, though only a lent tensor
// refers to it.
func TestPinned(t *testing.T) {
	sound(t)
	l, h := func() (zerocopy.Layout, interface{ Release() }) {
		s := make([]int64, 1000)
		s[999] = 42
		x, err := zerocopy.FromSlice(s)
		require.NoError(t, err)
		defer x.Release()
		l, h, err := x.Lend()
		require.NoError(t, err)
		return l, h
	}()
	runtime.GC()
	for range 100 {
		_ = make([]int64, 1000) // where the slice was, if it were gone
	}
	f := must(t)(zerocopy.FromPointer(zerocopy.Foreign{Data: l.Data, DType: l.DType, Shape: l.Shape, Device: l.Device, Release: h.Release}))
	v, err := f.At(999)
	require.NoError(t, err)
	require.Equal(t, int64(42), v)
}

// TestSafetyNet is about tensors that nobody releases.
func TestSafetyNet(t *testing.T) {
	sound(t)
	forget := func() {
		x, err := zerocopy.New[int8](100)
		require.NoError(t, err)
		y, err := x.Slice(0, 0, 50, 2)
		require.NoError(t, err)
		require.Equal(t, 25, y.Len())
		released, err := zerocopy.New[int8](100)
		require.NoError(t, err)
		released.Release()
	}
	before := zerocopy.Live().Go
	forget()
	require.Eventually(t, func() bool {
		runtime.GC()
		return zerocopy.Live().Go == before
	}, 10*time.Second, time.Millisecond)
}

// TestSliceOutlivesGarbage wants that the collector does not free what a slice still uses.
func TestSliceOutlivesGarbage(t *testing.T) {
	sound(t)
	before := zerocopy.Live().Go
	s, h := func() ([]int32, interface{ Release() }) {
		x, err := zerocopy.New[int32](100)
		require.NoError(t, err)
		s, err := zerocopy.Slice[int32](x)
		require.NoError(t, err)
		return s, x.Hold()
	}()
	for range 3 {
		runtime.GC()
		time.Sleep(time.Millisecond) // for what must not happen there is nothing to wait for
	}
	s[99] = 1
	require.Equal(t, before+1, zerocopy.Live().Go)
	h.Release()
}

// TestHammer uses tensors, makes views and releases both, from many goroutines at once.
func TestHammer(t *testing.T) {
	sound(t)
	const goroutines = 16
	for range 200 {
		x, err := zerocopy.New[int64](8, 8)
		require.NoError(t, err)
		var wg sync.WaitGroup
		for g := range goroutines {
			wg.Go(func() {
				use(t, x)
				if g%4 == 0 {
					x.Release()
				}
			})
		}
		wg.Wait()
	}
}

func use(t *testing.T, x *zerocopy.Tensor) {
	for range 10 {
		y, err := x.Index(0, rand.IntN(8))
		if err != nil {
			require.ErrorIs(t, err, zerocopy.ErrReleased)
			return
		}
		if v, err := zerocopy.At[int64](y, 7); err != nil || v != 0 {
			t.Error(v, err)
		}
		if _, h, err := y.Lend(); err == nil {
			h.Release()
		}
		var both sync.WaitGroup
		both.Go(y.Release)
		both.Go(y.Release)
		if c, err := x.Clone(); err == nil {
			c.Release()
		}
		both.Wait()
	}
}
