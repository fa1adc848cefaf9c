package codec

import (
	"encoding/json"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/gosnakepit/snakepit/internal/wire"
)

// putBig writes an integer of any size.
func putBig(f *wire.Frame, x *big.Int) {
	switch {
	case x.IsInt64():
		putWord(f, wire.Int, uint64(x.Int64()))
	case x.IsUint64():
		putWord(f, wire.Uint, x.Uint64())
	default:
		n := x.BitLen()/8 + 1
		putWord(f, wire.BigInt, uint64(n))
		b := extend(f, n)
		x.FillBytes(b)
		slices.Reverse(b)
		if x.Sign() < 0 {
			negate(b)
		}
	}
}

// negate negates a number in two's complement, least significant byte first.
func negate(b []byte) {
	carry := uint(1)
	for i := range b {
		carry += uint(^b[i])
		b[i] = byte(carry)
		carry >>= 8
	}
}

// bigFrom reads a number in two's complement, least significant byte first.
func bigFrom(b []byte) *big.Int {
	b = slices.Clone(b)
	negative := len(b) > 0 && b[len(b)-1]&0x80 != 0
	if negative {
		negate(b)
	}
	slices.Reverse(b)
	x := new(big.Int).SetBytes(b)
	if negative {
		x.Neg(x)
	}
	return x
}

// readBig reads what follows one of the tags of integers.
func readBig(r *wire.Reader, t wire.Tag) (*big.Int, bool) {
	if t == wire.BigInt {
		b, ok := r.Bytes(t)
		return bigFrom(b), ok
	}
	w, ok := r.Word()
	if t == wire.Uint {
		return new(big.Int).SetUint64(w), ok
	}
	return big.NewInt(int64(w)), ok
}

// putNumber writes the int or float that a text says, which is one in JSON.
func putNumber(f *wire.Frame, n json.Number) error {
	s := string(n)
	if !isNumber(s) {
		return fault("a number", "json.Number "+quote(s))
	}
	if strings.ContainsAny(s, ".eE") {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return fault("a number that a float can hold", "json.Number "+quote(s))
		}
		putFloat(f, v)
		return nil
	}
	if v, err := strconv.ParseInt(s, 10, 64); err == nil {
		putWord(f, wire.Int, uint64(v))
		return nil
	}
	x, _ := new(big.Int).SetString(s, 10)
	putBig(f, x)
	return nil
}

// isNumber reports whether s is what JSON calls a number.
func isNumber(s string) bool {
	digit := func(c byte) bool { return '0' <= c && c <= '9' }
	return s != "" && (s[0] == '-' || digit(s[0])) && digit(s[len(s)-1]) && json.Valid([]byte(s))
}

// exactFloat converts an integer, and says whether that rounded it.
func exactFloat(v int64) (float64, bool) {
	f := float64(v)
	return f, f < 1<<63 && int64(f) == v
}

// exactBig is exactFloat for integers of any size.
func exactBig(x *big.Int) (float64, bool) {
	f, acc := new(big.Float).SetInt(x).Float64()
	return f, acc == big.Exact
}
