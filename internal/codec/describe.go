package codec

import (
	"fmt"
	"math"
	"reflect"
	"strconv"

	"github.com/gosnakepit/snakepit/internal/wire"
)

// mismatch says that the next value, which stays unread, cannot become a want.
func mismatch(r *wire.Reader, want string) error {
	got := describe(r)
	if r.Bad() || got == "" {
		return r.Garbled()
	}
	return fault(want, got)
}

// describe names the next value as Python would, without reading it. It returns
// nothing where no value is.
func describe(r *wire.Reader) string {
	switch t := r.Peek(); t {
	case wire.None:
		return "None"
	case wire.False:
		return "bool False"
	case wire.True:
		return "bool True"
	case wire.Missing:
		return "no such key"
	case wire.Tensor:
		return describeTensor(r)
	case wire.Arrow:
		return describeArrow(r)
	case wire.Ext:
		return describeExt(r)
	case wire.Uint, wire.BigInt, wire.Complex, wire.Str, wire.StrRef, wire.Bytes, wire.BytesRef, wire.FloatsRef, wire.IntsRef:
		return describeLong(r, t)
	default:
		return describeShort(r, t)
	}
}

func describeExt(r *wire.Reader) string {
	k, ok := r.PeekKind()
	switch {
	case !ok:
		return ""
	case k == wire.Opaque:
		return describeOpaque(r)
	}
	return kindNames[k]
}

// describeShort names a value by the word after its tag.
func describeShort(r *wire.Reader, t wire.Tag) string {
	w, ok := r.PeekWord()
	if !ok {
		return ""
	}
	switch t {
	case wire.Int:
		return "int " + strconv.FormatInt(int64(w), 10)
	case wire.Float:
		return "float " + strconv.FormatFloat(math.Float64frombits(w), 'g', -1, 64)
	case wire.List, wire.Tuple, wire.Dict, wire.Set, wire.FrozenSet, wire.Fields, wire.Floats, wire.Ints:
		return sized(t, w)
	case wire.Object:
		return "a Python object"
	}
	return ""
}

// describeLong reads a value to name it, and goes back.
func describeLong(r *wire.Reader, t wire.Tag) string {
	here := r.Pos()
	defer r.Seek(here)
	r.Tag()
	switch t {
	case wire.Uint, wire.BigInt:
		if x, ok := readBig(r, t); ok && x.BitLen() < 128 {
			return "int " + x.String()
		}
		return "a big int"
	case wire.Complex:
		return "complex"
	case wire.Str, wire.StrRef:
		b, _ := r.Bytes(t)
		return "str " + quote(b)
	case wire.Bytes, wire.BytesRef:
		b, _ := r.Bytes(t)
		return fmt.Sprintf("bytes of %d", len(b))
	case wire.FloatsRef, wire.IntsRef:
		_, n, _ := r.Words(t)
		return sized(wire.List, uint64(n))
	}
	return ""
}

var kindNames = map[wire.Kind]string{
	wire.DateTime: "datetime", wire.Date: "date", wire.TimeOfDay: "time",
	wire.TimeDelta: "timedelta", wire.Decimal: "Decimal", wire.UUID: "UUID",
}

var sizedNames = map[wire.Tag]string{
	wire.Tuple: "tuple", wire.Dict: "dict", wire.Set: "set", wire.FrozenSet: "frozenset", wire.Fields: "mapping",
}

// sized names a container of n.
func sized(t wire.Tag, n uint64) string {
	name, ok := sizedNames[t]
	if !ok {
		name = "list"
	}
	return fmt.Sprintf("%s of %d", name, n)
}

// typeName names the Python type of a value that Decode returned.
func typeName(v any) string {
	if v == nil {
		return "None"
	}
	return reflect.TypeOf(v).String()
}
