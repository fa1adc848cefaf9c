package zerocopy_test

import (
	"math"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/zerocopy"
)

func TestNew(t *testing.T) {
	sound(t)
	for _, c := range []struct {
		shape  []int
		len    int
		stride []int
	}{
		{nil, 1, []int{}},
		{[]int{0}, 0, []int{1}},
		{[]int{5}, 5, []int{1}},
		{[]int{2, 0, 3}, 0, []int{3, 3, 1}},
		{[]int{2, 3, 4, 5, 6}, 720, []int{360, 120, 30, 6, 1}},
	} {
		x := must(t)(zerocopy.New[float64](c.shape...))
		require.Equal(t, c.len, x.Len())
		require.Equal(t, 8*c.len, x.NBytes())
		require.Equal(t, c.stride, x.Strides())
		require.Equal(t, len(c.shape), x.NDim())
		require.Zero(t, x.Data()%64)
		require.True(t, x.IsContiguous())
		require.False(t, x.ReadOnly())
		s, err := zerocopy.Slice[float64](x)
		require.NoError(t, err)
		require.Len(t, s, c.len)
		for _, v := range s {
			require.Zero(t, v)
		}
	}
}

func TestRefused(t *testing.T) {
	sound(t)
	b := make([]byte, 16)
	for _, c := range []struct {
		made func() (*zerocopy.Tensor, error)
		why  string
	}{
		{func() (*zerocopy.Tensor, error) { return zerocopy.New[int8](2, -1) }, "New: Shape[1] is -1"},
		{func() (*zerocopy.Tensor, error) { return zerocopy.New[int8](make([]int, 65)...) }, "65 dimensions"},
		{func() (*zerocopy.Tensor, error) { return zerocopy.New[int64](1<<40, 1<<40) }, "more bytes than can be counted"},
		{func() (*zerocopy.Tensor, error) { return zerocopy.New[int64](1<<40, 0, 1<<40) }, "more bytes than can be counted"},
		{func() (*zerocopy.Tensor, error) { return zerocopy.New[int64](1 << 50) }, "cannot allocate"},
		{func() (*zerocopy.Tensor, error) { return zerocopy.Empty(zerocopy.DType{}, 1) }, "no type of elements"},
		{func() (*zerocopy.Tensor, error) { return zerocopy.FromSlice([]int32{1, 2}, 3) }, "12 bytes, and the slice has 8"},
		{func() (*zerocopy.Tensor, error) { return zerocopy.FromBytes(b, zerocopy.DType{Bits: 9, Lanes: 1}) }, "no type of elements"},
		{func() (*zerocopy.Tensor, error) { return zerocopy.FromBytes(b[:15], zerocopy.Int32) }, "no whole number of int32"},
		{func() (*zerocopy.Tensor, error) { return zerocopy.FromBytes(b[1:9], zerocopy.Int32) }, "no int32 can begin"},
		{func() (*zerocopy.Tensor, error) { return zerocopy.FromBytes(b, zerocopy.Int32, 5) }, "20 bytes"},
	} {
		_, err := c.made()
		require.ErrorContains(t, err, c.why)
		require.ErrorAs(t, err, new(*zerocopy.TensorError))
	}
}

func TestFromBytes(t *testing.T) {
	sound(t)
	b := make([]byte, 24)
	x := must(t)(zerocopy.FromBytes(b, zerocopy.Float32, 2, 3))
	require.NoError(t, x.Set(float32(1), 1, 2))
	require.Equal(t, byte(0x3f), b[23])
	y := must(t)(zerocopy.FromBytes(b, zerocopy.DType{Code: zerocopy.CodeFloat, Bits: 32, Lanes: 3}))
	require.Equal(t, "float32x3[2] on cpu:0", y.String())
	_, err := y.At(0)
	require.ErrorContains(t, err, "Go has no type for float32x3")
	raw, err := y.Bytes()
	require.NoError(t, err)
	require.Same(t, &b[0], &raw[0])
	require.Len(t, raw, 24)
	z := must(t)(zerocopy.FromSlice([]int16(nil)))
	require.Equal(t, []int{0}, z.Shape())
}

type level uint8

func TestElements(t *testing.T) {
	sound(t)
	element(t, true, zerocopy.Bool)
	element[int8](t, -1, zerocopy.Int8)
	element[int16](t, -1, zerocopy.Int16)
	element[int32](t, -1, zerocopy.Int32)
	element[int64](t, -1, zerocopy.Int64)
	element[uint8](t, 1, zerocopy.Uint8)
	element[uint16](t, 1, zerocopy.Uint16)
	element[uint32](t, 1, zerocopy.Uint32)
	element[uint64](t, math.MaxUint64, zerocopy.Uint64)
	element[float32](t, 1.5, zerocopy.Float32)
	element[float64](t, 1.5, zerocopy.Float64)
	element[complex64](t, 1+2i, zerocopy.Complex64)
	element[complex128](t, 1+2i, zerocopy.Complex128)
	element(t, zerocopy.F16FromFloat32(1.5), zerocopy.Float16)
	element(t, zerocopy.BF16FromFloat32(1.5), zerocopy.BFloat16)
	element(t, zerocopy.F8E5M2FromFloat32(1.5), zerocopy.Float8E5M2)
	element[zerocopy.F8E4M3FN](t, 0x40, zerocopy.Float8E4M3FN)
	require.Equal(t, zerocopy.Uint8, zerocopy.DTypeOf[level]())
	x := must(t)(zerocopy.New[int]())
	require.NoError(t, x.Set(5))
	require.ErrorContains(t, x.Set("text"), "a string cannot be an element")
	require.ErrorContains(t, x.Set(1.5), "are no float64")
}

func element[T zerocopy.Element](t *testing.T, v T, d zerocopy.DType) {
	t.Helper()
	require.Equal(t, d, zerocopy.DTypeOf[T]())
	require.EqualValues(t, unsafe.Sizeof(v), d.Size())
	x := must(t)(zerocopy.New[T](3))
	require.NoError(t, x.Set(v, 1))
	got, err := x.At(1)
	require.NoError(t, err)
	require.Equal(t, any(v), got)
	s, err := zerocopy.Slice[T](x)
	require.NoError(t, err)
	require.Equal(t, []T{*new(T), v, *new(T)}, s)
}

func TestDTypeNames(t *testing.T) {
	for _, d := range []zerocopy.DType{
		zerocopy.Bool, zerocopy.Int8, zerocopy.Uint64, zerocopy.Float16, zerocopy.Float32, zerocopy.BFloat16, zerocopy.Complex64,
		zerocopy.Float8E3M4, zerocopy.Float8E4M3, zerocopy.Float8E4M3B11FNUZ, zerocopy.Float8E4M3FN, zerocopy.Float8E4M3FNUZ,
		zerocopy.Float8E5M2, zerocopy.Float8E5M2FNUZ, zerocopy.Float8E8M0FNU, zerocopy.Float6E2M3FN, zerocopy.Float6E3M2FN,
		zerocopy.Float4E2M1FN,
		{Code: zerocopy.CodeFloat, Bits: 32, Lanes: 4},
		{Code: zerocopy.CodeFloat4E2M1FN, Bits: 4, Lanes: 2},
	} {
		got, err := zerocopy.ParseDType(d.String())
		require.NoError(t, err, "%v", d)
		require.Equal(t, d, got)
	}
	require.Equal(t, "float8_e4m3fnx2", zerocopy.DType{Code: zerocopy.CodeFloat8E4M3FN, Bits: 8, Lanes: 2}.String())
	require.Equal(t, 1, zerocopy.Float6E2M3FN.Size())
	require.Equal(t, 2, zerocopy.DType{Code: zerocopy.CodeFloat4E2M1FN, Bits: 4, Lanes: 3}.Size())
	require.True(t, strings.HasPrefix(zerocopy.DType{Code: 99}.String(), "DType(code 99"))
	for _, s := range []string{"", "x", "float", "float33", "float32x0", "float32x", "float32x70000", "Float32", "int032"} {
		_, err := zerocopy.ParseDType(s)
		require.Error(t, err, "%q", s)
	}
}

func TestDeviceNames(t *testing.T) {
	require.Equal(t, "cuda:1", zerocopy.Device{Type: zerocopy.CUDA, ID: 1}.String())
	require.Equal(t, "device99:0", zerocopy.Device{Type: 99}.String())
}
