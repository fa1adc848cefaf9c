package zerocopy

import "math"

// Go has no numbers narrower than 32 bits. These types hold their bits.
type (
	F16      uint16 // float16: 5 bits of exponent, 10 of mantissa
	BF16     uint16 // bfloat16: the upper half of a float32
	F8E4M3FN uint8  // float8_e4m3fn: no infinities, one NaN of each sign
	F8E5M2   uint8  // float8_e5m2: the upper half of a float16
)

// F16FromFloat32 rounds to the nearest, of two to the even one.
func F16FromFloat32(f float32) F16 { return F16(narrow(f, 5, 10)) }

// F8E5M2FromFloat32 rounds to the nearest, of two to the even one.
func F8E5M2FromFloat32(f float32) F8E5M2 { return F8E5M2(narrow(f, 5, 2)) }

// BF16FromFloat32 rounds to the nearest, of two to the even one.
func BF16FromFloat32(f float32) BF16 {
	b := math.Float32bits(f)
	if f != f {
		return BF16(b>>16 | 1<<6) // quiet: rounding might make it an infinity
	}
	return BF16((b + 1<<15 - 1 + b>>16&1) >> 16)
}

// Float32 returns the number, exactly.
func (h F16) Float32() float32 { return widen(uint32(h), 5, 10) }

// Float32 returns the number, exactly.
func (h BF16) Float32() float32 { return math.Float32frombits(uint32(h) << 16) }

// Float32 returns the number, exactly.
func (q F8E5M2) Float32() float32 { return widen(uint32(q), 5, 2) }

// Float32 returns the number, exactly.
func (q F8E4M3FN) Float32() float32 {
	switch {
	case q&0x7f == 0x7f:
		return float32(math.NaN())
	case q>>3&15 == 15: // where others keep their infinities
		return float32(8+q&7) * 32 * (1 - 2*float32(q>>7))
	}
	return widen(uint32(q), 4, 3)
}

// narrow rounds to an IEEE number of exp bits of exponent and man of mantissa.
func narrow(f float32, exp, man int) uint32 {
	b := math.Float32bits(f)
	sign, b := b>>31<<(exp+man), b&^(1<<31)
	inf := uint32(1<<exp-1) << man
	bias := 1<<(exp-1) - 1
	e := int(b>>23) - 127
	switch {
	case f != f:
		return sign | inf | 1<<(man-1)
	case e > bias:
		return sign | inf
	case e >= 1-bias:
		return sign | round(b-uint32(127-bias)<<23, 23-man) // what overflows becomes infinite
	}
	shift := 23 - man + 1 - bias - e
	if shift > 24 {
		return sign
	}
	return sign | round(b&(1<<23-1)|1<<23, shift)
}

// round drops n bits, to the nearest or the even one.
func round(b uint32, n int) uint32 { return (b + 1<<(n-1) - 1 + b>>n&1) >> n }

func widen(b uint32, exp, man int) float32 {
	sign, e, m := b>>(exp+man)<<31, int(b>>man)&(1<<exp-1), b&(1<<man-1)
	bias := 1<<(exp-1) - 1
	switch e {
	case 0:
		f := math.Ldexp(float64(m), 1-bias-man)
		return math.Float32frombits(math.Float32bits(float32(f)) | sign)
	case 1<<exp - 1:
		return math.Float32frombits(sign | 255<<23 | m<<(23-man))
	}
	return math.Float32frombits(sign | uint32(e-bias+127)<<23 | m<<(23-man))
}
