package zerocopy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// DTypeCode is the kind of an element, as DLPack numbers it.
type DTypeCode uint8

// The codes. DLPack's 3, an opaque handle, is not an element that anybody can use.
const (
	CodeInt               DTypeCode = 0
	CodeUint              DTypeCode = 1
	CodeFloat             DTypeCode = 2
	CodeBFloat            DTypeCode = 4
	CodeComplex           DTypeCode = 5
	CodeBool              DTypeCode = 6
	CodeFloat8E3M4        DTypeCode = 7 // float8 kinds
	CodeFloat8E4M3        DTypeCode = 8
	CodeFloat8E4M3B11FNUZ DTypeCode = 9
	CodeFloat8E4M3FN      DTypeCode = 10
	CodeFloat8E4M3FNUZ    DTypeCode = 11
	CodeFloat8E5M2        DTypeCode = 12
	CodeFloat8E5M2FNUZ    DTypeCode = 13
	CodeFloat8E8M0FNU     DTypeCode = 14
	CodeFloat6E2M3FN      DTypeCode = 15
	CodeFloat6E3M2FN      DTypeCode = 16
	CodeFloat4E2M1FN      DTypeCode = 17
)

// DType is the type of an element: Lanes numbers of Bits each.
type DType struct {
	Code  DTypeCode
	Bits  uint8
	Lanes uint16
}

// The types.
var (
	Bool              = DType{CodeBool, 8, 1}
	Int8              = DType{CodeInt, 8, 1}
	Int16             = DType{CodeInt, 16, 1}
	Int32             = DType{CodeInt, 32, 1}
	Int64             = DType{CodeInt, 64, 1}
	Uint8             = DType{CodeUint, 8, 1}
	Uint16            = DType{CodeUint, 16, 1}
	Uint32            = DType{CodeUint, 32, 1}
	Uint64            = DType{CodeUint, 64, 1}
	Float16           = DType{CodeFloat, 16, 1}
	Float32           = DType{CodeFloat, 32, 1}
	Float64           = DType{CodeFloat, 64, 1}
	BFloat16          = DType{CodeBFloat, 16, 1}
	Complex64         = DType{CodeComplex, 64, 1}
	Complex128        = DType{CodeComplex, 128, 1}
	Float8E3M4        = DType{CodeFloat8E3M4, 8, 1}
	Float8E4M3        = DType{CodeFloat8E4M3, 8, 1}
	Float8E4M3B11FNUZ = DType{CodeFloat8E4M3B11FNUZ, 8, 1}
	Float8E4M3FN      = DType{CodeFloat8E4M3FN, 8, 1}
	Float8E4M3FNUZ    = DType{CodeFloat8E4M3FNUZ, 8, 1}
	Float8E5M2        = DType{CodeFloat8E5M2, 8, 1}
	Float8E5M2FNUZ    = DType{CodeFloat8E5M2FNUZ, 8, 1}
	Float8E8M0FNU     = DType{CodeFloat8E8M0FNU, 8, 1}
	Float6E2M3FN      = DType{CodeFloat6E2M3FN, 6, 1}
	Float6E3M2FN      = DType{CodeFloat6E3M2FN, 6, 1}
	Float4E2M1FN      = DType{CodeFloat4E2M1FN, 4, 1}
)

// codes are the names of codes, and the widths that there are.
var codes = map[DTypeCode]struct {
	name  string
	sized bool // the name is followed by the width
	bits  []uint8
}{
	CodeInt:               {"int", true, []uint8{1, 2, 4, 8, 16, 32, 64}},
	CodeUint:              {"uint", true, []uint8{1, 2, 4, 8, 16, 32, 64}},
	CodeFloat:             {"float", true, []uint8{16, 32, 64, 128}},
	CodeBFloat:            {"bfloat", true, []uint8{16}},
	CodeComplex:           {"complex", true, []uint8{32, 64, 128}},
	CodeBool:              {"bool", false, []uint8{8}},
	CodeFloat8E3M4:        {"float8_e3m4", false, []uint8{8}},
	CodeFloat8E4M3:        {"float8_e4m3", false, []uint8{8}},
	CodeFloat8E4M3B11FNUZ: {"float8_e4m3b11fnuz", false, []uint8{8}},
	CodeFloat8E4M3FN:      {"float8_e4m3fn", false, []uint8{8}},
	CodeFloat8E4M3FNUZ:    {"float8_e4m3fnuz", false, []uint8{8}},
	CodeFloat8E5M2:        {"float8_e5m2", false, []uint8{8}},
	CodeFloat8E5M2FNUZ:    {"float8_e5m2fnuz", false, []uint8{8}},
	CodeFloat8E8M0FNU:     {"float8_e8m0fnu", false, []uint8{8}},
	CodeFloat6E2M3FN:      {"float6_e2m3fn", false, []uint8{6}},
	CodeFloat6E3M2FN:      {"float6_e3m2fn", false, []uint8{6}},
	CodeFloat4E2M1FN:      {"float4_e2m1fn", false, []uint8{4}},
}

// String returns the name that Python's libraries use: "float32"; "float32x4" with lanes.
func (d DType) String() string {
	c, ok := codes[d.Code]
	if !ok || !slices.Contains(c.bits, d.Bits) {
		return fmt.Sprintf("DType(code %d, %d bits, %d lanes)", d.Code, d.Bits, d.Lanes)
	}
	name := c.name
	if c.sized {
		name += strconv.Itoa(int(d.Bits))
	}
	if d.Lanes != 1 {
		name += "x" + strconv.Itoa(int(d.Lanes))
	}
	return name
}

// Size returns how many bytes an element takes: bits times lanes, rounded up.
func (d DType) Size() int { return (int(d.Bits)*int(d.Lanes) + 7) / 8 }

// valid reports whether there is such a type.
func (d DType) valid() bool {
	switch d { // the most frequent ones, without the map
	case Float32, Float64, Int64, Uint8:
		return true
	}
	return d.Lanes > 0 && slices.Contains(codes[d.Code].bits, d.Bits)
}

// ParseDType reads what String wrote.
func ParseDType(s string) (DType, error) {
	if d, ok := parseScalar(s); ok {
		return d, nil
	}
	if i := strings.LastIndexByte(s, 'x'); i >= 0 {
		lanes, err := strconv.ParseUint(s[i+1:], 10, 16)
		if d, ok := parseScalar(s[:i]); ok && err == nil && lanes > 0 {
			d.Lanes = uint16(lanes)
			return d, nil
		}
	}
	return DType{}, fail("ParseDType", "%q is no type of elements; it must be one like float32, int8, bool, complex64 or float32x4", s)
}

func parseScalar(s string) (DType, bool) {
	for code, c := range codes {
		rest, ok := strings.CutPrefix(s, c.name)
		for _, bits := range c.bits {
			if ok && (c.sized && rest == strconv.Itoa(int(bits)) || !c.sized && rest == "") {
				return DType{code, bits, 1}, true
			}
		}
	}
	return DType{}, false
}
