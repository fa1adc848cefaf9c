package zerocopy

import (
	"math"
	"math/bits"
)

// count is the product of a shape that was checked.
func count(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// contiguous ignores strides that are never used.
func contiguous(shape, strides []int) bool {
	want := 1
	for i := len(shape) - 1; i >= 0; i-- {
		if shape[i] != 1 && strides[i] != want {
			return count(shape) == 0
		}
		want *= shape[i]
	}
	return true
}

// compact writes the strides of elements that lie one behind the other.
func compact(strides, shape []int) {
	n := 1
	for i := len(shape) - 1; i >= 0; i-- {
		strides[i] = n
		n *= max(shape[i], 1)
	}
}

// checkShape wants at most MaxDims dimensions, none negative, whose bytes can be counted
// even where one is 0.
func checkShape(op string, d DType, shape []int) error {
	if len(shape) > MaxDims {
		return fail(op, "Shape has %d dimensions; there can be %d", len(shape), MaxDims)
	}
	n := d.Size()
	for i, dim := range shape {
		if dim < 0 {
			return fail(op, "Shape[%d] is %d; it must not be negative", i, dim)
		}
		var ok bool
		if n, ok = mul(n, max(dim, 1)); !ok {
			return fail(op, "Shape %s of %v is more bytes than can be counted", dims(shape), d)
		}
	}
	return nil
}

// Extent returns which bytes elements of such a layout lie in, from low up to high, counted
// from the first element; low is not positive. Without elements both are 0.
func Extent(d DType, shape, strides []int) (low, high int, err error) {
	const op = "Extent"
	if err := checkShape(op, d, shape); err != nil {
		return 0, 0, err
	}
	if len(strides) != len(shape) {
		return 0, 0, fail(op, "there are %d Strides for %d dimensions", len(strides), len(shape))
	}
	return extent(op, d, shape, strides)
}

// extent is Extent of a shape that was checked, with as many strides.
func extent(op string, d DType, shape, strides []int) (low, high int, err error) {
	if count(shape) == 0 {
		return 0, 0, nil
	}
	high = d.Size()
	for i, dim := range shape {
		if dim == 1 {
			continue // the stride is never used
		}
		step, ok := mul(strides[i], d.Size())
		reach, ok2 := mul(step, dim-1)
		low2, ok3 := add(low, min(reach, 0))
		high2, ok4 := add(high, max(reach, 0))
		if !ok || !ok2 || !ok3 || !ok4 {
			return 0, 0, fail(op, "Strides[%d] is %d, which reaches further than an address can", i, strides[i])
		}
		low, high = low2, high2
	}
	return low, high, nil
}

// mul multiplies, b not negative, and reports whether the product fits.
func mul(a, b int) (int, bool) {
	abs := uint(a)
	if a < 0 {
		abs = -abs
	}
	high, low := bits.Mul(abs, uint(b))
	if high != 0 || low > math.MaxInt {
		return 0, false
	}
	return a * b, true
}

// add adds numbers neither of which is negative, or neither positive.
func add(a, b int) (int, bool) {
	sum := a + b
	return sum, (sum < 0) == (a < 0 || b < 0)
}
