package zerocopy_test

import (
	"encoding/binary"
	"errors"
	"math"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/zerocopy"
)

// foreign is memory that stays where it is: a local variable may lie on a stack, which moves.
var foreign [24]byte

func addressOf(b []byte) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(b))) }

func TestForeignRefused(t *testing.T) {
	sound(t)
	for _, c := range []struct {
		change func(f *zerocopy.Foreign)
		why    string
	}{
		{func(f *zerocopy.Foreign) { f.Data = 0 }, "Data is 0"},
		{func(f *zerocopy.Foreign) { f.DType.Lanes = 0 }, "DType: "},
		{func(f *zerocopy.Foreign) { f.DType.Code = 3 }, "DType: "},
		{func(f *zerocopy.Foreign) { f.Device = zerocopy.Device{} }, "Device: "},
		{func(f *zerocopy.Foreign) { f.Device.ID = -1 }, "Device: "},
		{func(f *zerocopy.Foreign) { f.Shape[0] = -2 }, "Shape[0] is -2"},
		{func(f *zerocopy.Foreign) { f.Shape = make([]int, 65) }, "Shape has 65"},
		{func(f *zerocopy.Foreign) { f.Shape[1] = math.MaxInt }, "more bytes than can be counted"},
		{func(f *zerocopy.Foreign) { f.Strides = f.Strides[:1] }, "Strides: there are 1 for 2"},
		{func(f *zerocopy.Foreign) { f.Strides[0] = math.MaxInt / 2 }, "reaches further"},
		{func(f *zerocopy.Foreign) { f.Strides[0] = math.MinInt }, "reaches further"},
		{func(f *zerocopy.Foreign) { f.Strides[0], f.Strides[1] = math.MaxInt/4, math.MaxInt/8 }, "reaches further"},
		{func(f *zerocopy.Foreign) { f.Strides[0] = -1 << 59 }, "before the memory begins"},
		{func(f *zerocopy.Foreign) { f.Data = math.MaxUint64 - 8 }, "beyond the last address"},
		{func(f *zerocopy.Foreign) { f.ByteOffset = math.MaxUint64 }, "ByteOffset"},
		{func(f *zerocopy.Foreign) { f.Data, f.ByteOffset = math.MaxUint64-8, 64 }, "ByteOffset"},
		{func(f *zerocopy.Foreign) { f.Device.Type, f.Strides[0] = zerocopy.Metal, -1 }, "before the memory begins"},
		{func(f *zerocopy.Foreign) { f.Device.Type, f.ByteOffset = zerocopy.Metal, math.MaxInt }, "beyond the last address"},
	} {
		f := zerocopy.Foreign{
			Data: 0x1000, DType: zerocopy.Float32, Shape: []int{2, 3}, Strides: []int{3, 1},
			Device: zerocopy.Device{Type: zerocopy.CPU}, Release: func() { t.Error("released") },
		}
		c.change(&f)
		_, err := zerocopy.FromPointer(f)
		require.ErrorContains(t, err, c.why)
	}
}

func TestForeign(t *testing.T) {
	sound(t)
	b := foreign[:]
	releases := 0
	x, err := zerocopy.FromPointer(zerocopy.Foreign{
		Data: addressOf(b), ByteOffset: 21, DType: zerocopy.Int16, Shape: []int{5}, Strides: []int{-2},
		Device: zerocopy.Device{Type: zerocopy.CPU}, ReadOnly: true, Release: func() { releases++ },
	})
	require.NoError(t, err)
	require.Equal(t, 1, zerocopy.Live().Foreign)
	binary.NativeEndian.PutUint16(b[21:], 7) // misaligned
	binary.NativeEndian.PutUint16(b[5:], 9)
	first, _ := x.At(0)
	last, _ := x.At(4)
	require.Equal(t, []any{int16(7), int16(9)}, []any{first, last})
	require.ErrorContains(t, x.Set(int16(1), 0), "read-only")
	one := must(t)(x.Slice(0, 4, 5, 1))
	_, err = zerocopy.ReadSlice[int16](one)
	require.ErrorContains(t, err, "begins at an address")
	_, err = zerocopy.Slice[int16](x)
	require.ErrorContains(t, err, "read-only")
	_, err = x.Reshape(5, 1)
	require.ErrorContains(t, err, "what Contiguous returns")
	x.Release()
	require.Zero(t, releases)
	one.Release()
	require.Equal(t, 1, releases)
}

func TestEmptyForeign(t *testing.T) {
	sound(t)
	x := must(t)(zerocopy.FromPointer(zerocopy.Foreign{
		DType: zerocopy.Float64, Shape: []int{3, 0}, Strides: []int{math.MinInt, 5}, Device: zerocopy.Device{Type: zerocopy.CPU},
	}))
	require.Zero(t, x.Data())
	y := must(t)(x.Slice(0, 2, -1, -1))
	require.Equal(t, []int{3, 0}, y.Shape())
	c := must(t)(y.Clone())
	require.Zero(t, c.Len())
}

func TestDevice(t *testing.T) {
	sound(t)
	var streams []uintptr
	x := must(t)(zerocopy.FromPointer(zerocopy.Foreign{
		Data: 0x1000, ByteOffset: 16, DType: zerocopy.Float32, Shape: []int{4}, Device: zerocopy.Device{Type: zerocopy.CUDA},
		Synchronize: func(s uintptr) error {
			streams = append(streams, s)
			if s == 2 {
				return errors.ErrUnsupported
			}
			return nil
		},
	}))
	require.Equal(t, 1, zerocopy.Live().Device)
	require.EqualValues(t, 0x1010, x.Data())
	y := must(t)(x.Slice(0, 2, 4, 1))
	require.EqualValues(t, 0x1018, y.Data())
	require.NoError(t, y.Synchronize(1))
	require.ErrorIs(t, y.Synchronize(2), errors.ErrUnsupported)
	require.Equal(t, []uintptr{1, 2}, streams)
	_, err := zerocopy.Slice[float32](y)
	require.ErrorContains(t, err, "on a device")
	_, err = y.At(0)
	require.ErrorContains(t, err, "on a device")
	_, err = y.Clone()
	require.ErrorContains(t, err, "on a device")
}

// TestHandle is about devices whose memory has no address to which an offset can be added.
func TestHandle(t *testing.T) {
	sound(t)
	x := must(t)(zerocopy.FromPointer(zerocopy.Foreign{
		Data: 0x1000, ByteOffset: 16, DType: zerocopy.Float32, Shape: []int{4}, Device: zerocopy.Device{Type: zerocopy.Metal},
	}))
	y := must(t)(x.Slice(0, 3, -1, -1))
	l, h, err := y.Lend()
	require.NoError(t, err)
	defer h.Release()
	require.EqualValues(t, 0x1000, l.Data)
	require.EqualValues(t, 28, l.ByteOffset)
	require.Equal(t, []int{-1}, l.Strides)
}

// FuzzForeign wants that nothing panics, and that each element of what is accepted has an
// address within the extent, and the extent no more than that.
func FuzzForeign(f *testing.F) {
	f.Add(uint64(1<<20), uint64(0), byte(2), byte(32), uint16(1), []byte{3, 4}, []byte{4, 1}, int32(1))
	f.Add(uint64(1<<20), uint64(8), byte(0), byte(8), uint16(2), []byte{2, 200}, []byte{251, 3}, int32(2))
	f.Add(uint64(math.MaxUint64), uint64(8), byte(17), byte(4), uint16(2), []byte{2, 150}, []byte{140, 201}, int32(8))
	f.Fuzz(func(t *testing.T, data, offset uint64, code, bits byte, lanes uint16, shape, strides []byte, device int32) {
		x, err := zerocopy.FromPointer(zerocopy.Foreign{
			Data: uintptr(data), ByteOffset: offset, DType: zerocopy.DType{Code: zerocopy.DTypeCode(code), Bits: bits, Lanes: lanes},
			Shape: lengths(shape), Strides: lengths(strides), Device: zerocopy.Device{Type: zerocopy.DeviceType(device)},
		})
		if err != nil {
			require.ErrorAs(t, err, new(*zerocopy.TensorError))
			return
		}
		defer x.Release()
		if n := x.Len(); n > 0 && n <= 1<<10 {
			require.Equal(t, reach(x), extent(t, x))
		}
		for dim := range x.NDim() {
			turned(t, x, dim)
		}
	})
}

// turned wants that a dimension turned round reaches as far.
func turned(t *testing.T, x *zerocopy.Tensor, dim int) {
	y, err := x.Slice(dim, x.Dim(dim)-1, -1, -1)
	require.NoError(t, err)
	defer y.Release()
	if n := y.Len(); n > 0 && n <= 1<<10 {
		require.Equal(t, reach(x), reach(y))
	}
}

// lengths makes numbers of bytes: small ones of either sign, and huge ones.
func lengths(b []byte) []int {
	all := make([]int, len(b))
	for i, x := range b {
		if all[i] = int(int8(x)); x >= 130 && x < 194 {
			all[i] = math.MaxInt >> (x - 130)
		} else if x == 128 {
			all[i] = math.MinInt
		}
	}
	return all
}

// span is the first byte of elements, and what follows the last.
type span struct{ begin, end uint64 }

// reach looks at each element.
func reach(x *zerocopy.Tensor) span {
	l, h, _ := x.Lend()
	defer h.Release()
	s := span{math.MaxUint64, 0}
	for _, idx := range indices(l.Shape) {
		at := 0
		for i, n := range idx {
			at += n * l.Strides[i]
		}
		p := first(l) + uint64(at*l.DType.Size())
		s = span{min(s.begin, p), max(s.end, p+uint64(l.DType.Size()))}
	}
	return s
}

func extent(t *testing.T, x *zerocopy.Tensor) span {
	l, h, _ := x.Lend()
	defer h.Release()
	low, high, err := zerocopy.Extent(l.DType, l.Shape, l.Strides)
	require.NoError(t, err)
	return span{first(l) - uint64(-low), first(l) + uint64(high)}
}

// first is the address of the first element, or its offset from a handle.
func first(l zerocopy.Layout) uint64 {
	switch l.Device.Type {
	case zerocopy.OpenCL, zerocopy.Vulkan, zerocopy.Metal, zerocopy.WebGPU:
		return l.ByteOffset
	}
	return uint64(l.Data)
}
