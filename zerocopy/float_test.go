package zerocopy_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/zerocopy"
)

// TestF16 goes through all of them, and through what lies between two neighbours.
func TestF16(t *testing.T) {
	check(t, 1<<15, 0x7c00, zerocopy.F16FromFloat32)
	for f, want := range map[float32]float32{
		1: 1, 65504: 65504, 65519: 65504, 65520: float32(math.Inf(1)), 0x1p-24: 0x1p-24, 0x1p-25: 0, 0x1.8p-25: 0x1p-24,
		0x1p-149: 0, 1e30: float32(math.Inf(1)), 0.333251953125: 0.333251953125,
	} {
		require.Equal(t, want, zerocopy.F16FromFloat32(f).Float32(), "%v", f)
	}
}

func TestBF16(t *testing.T) {
	check(t, 1<<15, 0x7f80, zerocopy.BF16FromFloat32)
	require.Equal(t, float32(math.Inf(1)), zerocopy.BF16FromFloat32(math.MaxFloat32).Float32())
}

func TestF8E5M2(t *testing.T) {
	check(t, 1<<7, 0x7c, zerocopy.F8E5M2FromFloat32)
	require.Equal(t, float32(57344), zerocopy.F8E5M2(0x7b).Float32())
}

func TestF8E4M3FN(t *testing.T) {
	for b, want := range map[zerocopy.F8E4M3FN]float32{
		0: 0, 1: 0x1p-9, 0x08: 0x1p-6, 0x38: 1, 0x39: 1.125, 0x77: 240, 0x78: 256, 0x7e: 448, 0xfe: -448, 0xb8: -1,
	} {
		require.Equal(t, want, b.Float32(), "%#x", b)
	}
	require.True(t, math.IsNaN(float64(zerocopy.F8E4M3FN(0x7f).Float32())))
	require.True(t, math.IsNaN(float64(zerocopy.F8E4M3FN(0xff).Float32())))
}

type narrow interface {
	~uint16 | ~uint8
	Float32() float32
}

// check goes through all numbers of a format: each comes back as it is, what lies halfway to
// the next goes to the even one, and what lies beside that to the nearer.
func check[T narrow](t *testing.T, sign, inf T, from func(float32) T) {
	t.Helper()
	for b := T(0); b < inf; b++ {
		f, next := b.Float32(), (b + 1).Float32()
		require.Equal(t, b, from(f))
		require.Equal(t, b|sign, from(float32(math.Copysign(float64(f), -1))))
		if b+1 == inf {
			break
		}
		half := f + (next-f)/2
		require.Equal(t, b+b&1, from(half), "halfway from %v to %v", f, next)
		require.Equal(t, b, from(math.Nextafter32(half, f)))
		require.Equal(t, b+1, from(math.Nextafter32(half, next)))
	}
	require.Equal(t, inf, from(float32(math.Inf(1))))
	require.Equal(t, inf|sign, from(float32(math.Inf(-1))))
	require.True(t, math.IsInf(float64(inf.Float32()), 1))
	for _, bits := range []uint32{0x7fc00000, 0x7f800001, 0xffffffff} {
		nan := from(math.Float32frombits(bits))
		require.True(t, math.IsNaN(float64(nan.Float32())), "%#x of %#x", nan, bits)
	}
}
