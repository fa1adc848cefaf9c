package zarrow_test

import (
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/stretchr/testify/require"
)

// sample is one type with values, as JSON or as strings.
type sample struct {
	name   string
	dt     arrow.DataType
	json   string
	values []string // instead
}

var (
	i32   = arrow.PrimitiveTypes.Int32
	i64   = arrow.PrimitiveTypes.Int64
	utf8  = arrow.BinaryTypes.String
	point = arrow.StructOf(arrow.Field{Name: "x", Type: i32, Nullable: true}, arrow.Field{Name: "y", Type: utf8, Nullable: true})
	tags  = arrow.NewMetadata([]string{"unit", "by"}, []string{"m", "me"})
)

func withTags(name string, dt arrow.DataType) arrow.Field {
	return arrow.Field{Name: name, Type: dt, Nullable: true, Metadata: tags}
}

var samples = []sample{
	{name: "null", dt: arrow.Null, json: `[null, null, null]`},
	{name: "bool", dt: arrow.FixedWidthTypes.Boolean, json: `[true, null, false, true, true, true, true, true, true, false]`},
	{name: "int8", dt: arrow.PrimitiveTypes.Int8, json: `[1, null, -128]`},
	{name: "int16", dt: arrow.PrimitiveTypes.Int16, json: `[1, null, -3]`},
	{name: "int32", dt: i32, json: `[1, null, -3]`},
	{name: "int64", dt: i64, json: `[1, null, -3]`},
	{name: "uint8", dt: arrow.PrimitiveTypes.Uint8, json: `[1, null, 255]`},
	{name: "uint16", dt: arrow.PrimitiveTypes.Uint16, json: `[1, null, 3]`},
	{name: "uint32", dt: arrow.PrimitiveTypes.Uint32, json: `[1, null, 3]`},
	{name: "uint64", dt: arrow.PrimitiveTypes.Uint64, json: `[1, null, 3]`},
	{name: "float16", dt: arrow.FixedWidthTypes.Float16, json: `[1.5, null, -3]`},
	{name: "float32", dt: arrow.PrimitiveTypes.Float32, json: `[1.5, null, -3]`},
	{name: "float64", dt: arrow.PrimitiveTypes.Float64, json: `[1.5, null, -3]`},
	{name: "decimal128", dt: &arrow.Decimal128Type{Precision: 10, Scale: 2}, json: `["1.50", null, "-3.25"]`},
	{name: "decimal256", dt: &arrow.Decimal256Type{Precision: 60, Scale: -2}, json: `["1500", null, "-300"]`},
	{name: "date32", dt: arrow.FixedWidthTypes.Date32, json: `["2026-11-25", null, "1969-01-01"]`},
	{name: "date64", dt: arrow.FixedWidthTypes.Date64, json: `["2026-11-25", null, "1969-01-01"]`},
	{name: "time32s", dt: arrow.FixedWidthTypes.Time32s, json: `["01:02:03", null, "00:00:00"]`},
	{name: "time32ms", dt: arrow.FixedWidthTypes.Time32ms, json: `["01:02:03.5", null, "00:00:00"]`},
	{name: "time64us", dt: arrow.FixedWidthTypes.Time64us, json: `["01:02:03.5", null, "00:00:00"]`},
	{name: "time64ns", dt: arrow.FixedWidthTypes.Time64ns, json: `["01:02:03.5", null, "00:00:00"]`},
	{name: "timestamp s", dt: &arrow.TimestampType{Unit: arrow.Second}, json: `["2026-11-25T01:02:03", null]`},
	{name: "timestamp ms", dt: &arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "UTC"}, json: `["2026-11-25T01:02:03Z", null]`},
	{name: "timestamp us", dt: &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "Europe/Berlin"}, json: `["2026-11-25T01:02:03Z", null]`},
	{name: "timestamp ns", dt: &arrow.TimestampType{Unit: arrow.Nanosecond, TimeZone: "+01:30"}, json: `["2026-11-25T01:02:03Z", null]`},
	{name: "duration s", dt: arrow.FixedWidthTypes.Duration_s, values: []string{"1s", "", "3s"}},
	{name: "duration ms", dt: arrow.FixedWidthTypes.Duration_ms, values: []string{"1ms", "", "3ms"}},
	{name: "duration us", dt: arrow.FixedWidthTypes.Duration_us, values: []string{"1us", "", "3us"}},
	{name: "duration ns", dt: arrow.FixedWidthTypes.Duration_ns, values: []string{"1ns", "", "3ns"}},
	{name: "interval months", dt: arrow.FixedWidthTypes.MonthInterval, json: `[{"months": 1}, null, {"months": -3}]`},
	{name: "interval days", dt: arrow.FixedWidthTypes.DayTimeInterval, json: `[{"days": 1, "milliseconds": 2}, null]`},
	{name: "interval months days ns", dt: arrow.FixedWidthTypes.MonthDayNanoInterval, json: `[{"months": 1, "days": 2, "nanoseconds": 3}, null]`},
	{name: "fixed binary", dt: &arrow.FixedSizeBinaryType{ByteWidth: 3}, json: `["YWJj", null, "ZGVm"]`},
	{name: "fixed binary of 0", dt: &arrow.FixedSizeBinaryType{ByteWidth: 0}, json: `["", null, ""]`},
	{name: "binary", dt: arrow.BinaryTypes.Binary, json: `["YWJj", null, "", "AAE="]`},
	{name: "large binary", dt: arrow.BinaryTypes.LargeBinary, json: `["YWJj", null, "", "AAE="]`},
	{name: "string", dt: utf8, json: `["abc", null, "", "äöü"]`},
	{name: "strings, all empty", dt: utf8, json: `["", "", null]`},
	{name: "large string", dt: arrow.BinaryTypes.LargeString, json: `["abc", null, "", "äöü"]`},
	{name: "string view", dt: arrow.BinaryTypes.StringView, json: `["short", null, "long enough to be in a buffer of its own", ""]`},
	{name: "string view, all short", dt: arrow.BinaryTypes.StringView, json: `["short", null, ""]`},
	{name: "binary view", dt: arrow.BinaryTypes.BinaryView, json: `["YWJj", null, "bG9uZyBlbm91Z2ggdG8gYmUgaW4gYSBidWZmZXIgb2YgaXRzIG93bg=="]`},
	{name: "list", dt: arrow.ListOfField(withTags("item", i32)), json: `[[1, 2], null, [], [3, null]]`},
	{name: "large list", dt: arrow.LargeListOf(utf8), json: `[["a", "b"], null, [], ["c", null]]`},
	{name: "list view", dt: arrow.ListViewOf(i32), json: `[[1, 2], null, [], [3, null]]`},
	{name: "large list view", dt: arrow.LargeListViewOf(utf8), json: `[["a", "b"], null, [], ["c", null]]`},
	{name: "fixed list", dt: arrow.FixedSizeListOf(2, i32), json: `[[1, 2], null, [5, 6], [3, null]]`},
	{name: "struct", dt: point, json: `[{"x": 1, "y": "a"}, null, {"x": null, "y": "b"}, {"x": 3, "y": null}]`},
	{name: "struct of nothing", dt: arrow.StructOf(), json: `[{}, null, {}]`},
	{name: "struct, names twice", dt: arrow.StructOf(withTags("a", i32), withTags("b", arrow.StructOf(withTags("a", utf8)))), json: `[{"a": 1, "b": {"a": "x"}}, null]`},
	{name: "map", dt: arrow.MapOf(utf8, i32), json: `[[{"key": "a", "value": 1}, {"key": "b", "value": null}], null, []]`},
	{name: "map, sorted", dt: sortedMap(), json: `[[{"key": 1, "value": "a"}], [{"key": 2, "value": "b"}]]`},
	{name: "sparse union", dt: arrow.SparseUnionOf([]arrow.Field{withTags("i", i32), withTags("s", utf8)}, []arrow.UnionTypeCode{5, 9}), json: `[[5, 1], [9, "a"], [5, null], [9, "b"]]`},
	{name: "dense union", dt: arrow.DenseUnionOf([]arrow.Field{withTags("i", i32), withTags("s", utf8)}, []arrow.UnionTypeCode{5, 9}), json: `[[5, 1], [9, "a"], [5, null], [9, "b"]]`},
	{name: "dictionary", dt: &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: utf8}, json: `["a", "b", null, "a", "c"]`},
	{name: "dictionary, ordered", dt: &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Uint64, ValueType: i64, Ordered: true}, json: `[7, 8, null, 7]`},
	{name: "list of dictionary", dt: arrow.ListOf(&arrow.DictionaryType{IndexType: i32, ValueType: utf8}), json: `[["a", "b"], null, ["a", null]]`},
	{name: "run end 16", dt: arrow.RunEndEncodedOf(arrow.PrimitiveTypes.Int16, utf8), json: `["a", "a", null, null, "b", "b"]`},
	{name: "run end 32", dt: arrow.RunEndEncodedOf(i32, i64), json: `[1, 1, 2, 2, 2, null]`},
	{name: "run end 64", dt: arrow.RunEndEncodedOf(i64, arrow.FixedWidthTypes.Boolean), json: `[true, true, false]`},
	{
		name: "deep", dt: arrow.ListOf(arrow.StructOf(withTags("m", arrow.MapOf(utf8, arrow.FixedSizeListOf(2, arrow.ListOf(point)))))),
		json: `[[{"m": [{"key": "k", "value": [[{"x": 1, "y": "a"}], null]}]}, {"m": null}], null]`,
	},
	{
		name: "union of lists", dt: arrow.DenseUnionOf([]arrow.Field{withTags("l", arrow.ListOf(i32)), withTags("p", point)}, []arrow.UnionTypeCode{0, 1}),
		json: `[[0, [1, 2]], [1, {"x": 1, "y": "z"}], [0, null]]`,
	},
	{
		name: "struct of unions", dt: arrow.StructOf(withTags("u", arrow.SparseUnionOf([]arrow.Field{withTags("a", i32), withTags("b", utf8)}, []arrow.UnionTypeCode{0, 1}))),
		json: `[{"u": [0, 1]}, {"u": [1, "b"]}, {"u": [0, 3]}]`,
	},
}

func sortedMap() arrow.DataType {
	dt := arrow.MapOfWithMetadata(i32, tags, utf8, tags)
	dt.SetItemNullable(false)
	dt.KeysSorted = true
	return dt
}

func (s sample) build(t *testing.T, mem memory.Allocator) arrow.Array {
	t.Helper()
	if s.values == nil {
		arr, _, err := array.FromJSON(mem, s.dt, strings.NewReader(s.json))
		require.NoError(t, err)
		return arr
	}
	b := array.NewBuilder(mem, s.dt)
	defer b.Release()
	for _, v := range s.values {
		if v == "" {
			b.AppendNull()
		} else {
			require.NoError(t, b.AppendValueFromString(v))
		}
	}
	return b.NewArray()
}
