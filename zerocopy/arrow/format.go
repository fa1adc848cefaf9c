package zarrow

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
)

// simple are the formats without parameters.
var simple = map[string]arrow.DataType{
	"n":   arrow.Null,
	"b":   arrow.FixedWidthTypes.Boolean,
	"c":   arrow.PrimitiveTypes.Int8,
	"C":   arrow.PrimitiveTypes.Uint8,
	"s":   arrow.PrimitiveTypes.Int16,
	"S":   arrow.PrimitiveTypes.Uint16,
	"i":   arrow.PrimitiveTypes.Int32,
	"I":   arrow.PrimitiveTypes.Uint32,
	"l":   arrow.PrimitiveTypes.Int64,
	"L":   arrow.PrimitiveTypes.Uint64,
	"e":   arrow.FixedWidthTypes.Float16,
	"f":   arrow.PrimitiveTypes.Float32,
	"g":   arrow.PrimitiveTypes.Float64,
	"z":   arrow.BinaryTypes.Binary,
	"Z":   arrow.BinaryTypes.LargeBinary,
	"u":   arrow.BinaryTypes.String,
	"U":   arrow.BinaryTypes.LargeString,
	"vz":  arrow.BinaryTypes.BinaryView,
	"vu":  arrow.BinaryTypes.StringView,
	"tdD": arrow.FixedWidthTypes.Date32,
	"tdm": arrow.FixedWidthTypes.Date64,
	"tts": arrow.FixedWidthTypes.Time32s,
	"ttm": arrow.FixedWidthTypes.Time32ms,
	"ttu": arrow.FixedWidthTypes.Time64us,
	"ttn": arrow.FixedWidthTypes.Time64ns,
	"tDs": arrow.FixedWidthTypes.Duration_s,
	"tDm": arrow.FixedWidthTypes.Duration_ms,
	"tDu": arrow.FixedWidthTypes.Duration_us,
	"tDn": arrow.FixedWidthTypes.Duration_ns,
	"tiM": arrow.FixedWidthTypes.MonthInterval,
	"tiD": arrow.FixedWidthTypes.DayTimeInterval,
	"tin": arrow.FixedWidthTypes.MonthDayNanoInterval,
}

// formats are the same the other way; types with a unit differ in it.
var formats = func() map[string]string {
	all := make(map[string]string, len(simple))
	for format, dt := range simple {
		all[unit(dt)] = format
	}
	return all
}()

var unitLetters = [...]string{arrow.Second: "s", arrow.Millisecond: "m", arrow.Microsecond: "u", arrow.Nanosecond: "n"}

func unit(dt arrow.DataType) string {
	if t, ok := dt.(arrow.TemporalWithUnit); ok {
		return dt.Name() + t.TimeUnit().String()
	}
	return dt.Name()
}

// format is how C names a storage type; of a dictionary, that of its indices.
// An empty one means that C has no name for it.
func format(dt arrow.DataType) string {
	switch dt := dt.(type) {
	case *arrow.FixedSizeBinaryType:
		return "w:" + strconv.Itoa(dt.ByteWidth)
	case *arrow.Decimal128Type:
		return fmt.Sprintf("d:%d,%d", dt.Precision, dt.Scale)
	case *arrow.Decimal256Type:
		return fmt.Sprintf("d:%d,%d,256", dt.Precision, dt.Scale)
	case *arrow.TimestampType:
		if dt.Unit < arrow.Second || dt.Unit > arrow.Nanosecond {
			return ""
		}
		return "ts" + unitLetters[dt.Unit] + ":" + dt.TimeZone
	case *arrow.DictionaryType:
		if !arrow.IsInteger(dt.IndexType.ID()) {
			return ""
		}
		return format(dt.IndexType)
	case arrow.NestedType:
		return nested(dt)
	}
	f := formats[unit(dt)]
	if f == "" || simple[f].ID() != dt.ID() {
		return ""
	}
	return f
}

func nested(dt arrow.NestedType) string {
	switch dt := dt.(type) {
	case *arrow.StructType:
		return "+s"
	case *arrow.ListType:
		return "+l"
	case *arrow.LargeListType:
		return "+L"
	case *arrow.ListViewType:
		return "+vl"
	case *arrow.LargeListViewType:
		return "+vL"
	case *arrow.FixedSizeListType:
		return "+w:" + strconv.Itoa(int(dt.Len()))
	case *arrow.MapType:
		return "+m"
	case *arrow.RunEndEncodedType:
		if dt.ValidRunEndsType(dt.RunEnds()) {
			return "+r"
		}
	case *arrow.SparseUnionType:
		return "+us:" + codes(dt)
	case *arrow.DenseUnionType:
		return "+ud:" + codes(dt)
	}
	return ""
}

func codes(dt arrow.UnionType) string {
	all := make([]string, len(dt.TypeCodes()))
	for i, code := range dt.TypeCodes() {
		all[i] = strconv.Itoa(int(code))
	}
	return strings.Join(all, ",")
}
