package zarrow

import (
	"strconv"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
)

// parametric are the formats with parameters, by what stands before the colon.
var parametric = map[string]func(parameters string, fields []arrow.Field) (arrow.DataType, error){
	"tss": timestamp(arrow.Second), "tsm": timestamp(arrow.Millisecond),
	"tsu": timestamp(arrow.Microsecond), "tsn": timestamp(arrow.Nanosecond),
	"w": fixedBinary, "d": decimal, "+w": fixedList, "+us": union(arrow.SparseMode), "+ud": union(arrow.DenseMode),
}

// containers are the nested formats without parameters, and how many children they have.
var containers = map[string]struct {
	children int // -1: any
	of       func([]arrow.Field) arrow.DataType
}{
	"+s":  {-1, func(f []arrow.Field) arrow.DataType { return arrow.StructOf(f...) }},
	"+l":  {1, func(f []arrow.Field) arrow.DataType { return arrow.ListOfField(f[0]) }},
	"+L":  {1, func(f []arrow.Field) arrow.DataType { return arrow.LargeListOfField(f[0]) }},
	"+vl": {1, func(f []arrow.Field) arrow.DataType { return arrow.ListViewOfField(f[0]) }},
	"+vL": {1, func(f []arrow.Field) arrow.DataType { return arrow.LargeListViewOfField(f[0]) }},
}

// parse is the type of a format, given its children. flags belong to maps.
func parse(format string, fields []arrow.Field, flags int64) (arrow.DataType, error) {
	if dt, ok := simple[format]; ok {
		return dt, children(fields, 0)
	}
	if c, ok := containers[format]; ok {
		if err := children(fields, c.children); err != nil {
			return nil, err
		}
		return c.of(fields), nil
	}
	switch format {
	case "+m":
		return mapping(fields, flags&flagKeysSorted != 0)
	case "+r":
		return runs(fields)
	}
	name, parameters, _ := strings.Cut(format, ":")
	if of, ok := parametric[name]; ok {
		return of(parameters, fields)
	}
	return nil, &UnsupportedError{Type: strconv.Quote(format), Reason: "arrow-go v17 has no type of this format"}
}

func children(fields []arrow.Field, want int) error {
	if want >= 0 && len(fields) != want {
		return invalid("its schema has %d children, its type has %d", len(fields), want)
	}
	return nil
}

func timestamp(unit arrow.TimeUnit) func(string, []arrow.Field) (arrow.DataType, error) {
	return func(zone string, fields []arrow.Field) (arrow.DataType, error) {
		return &arrow.TimestampType{Unit: unit, TimeZone: zone}, children(fields, 0)
	}
}

func fixedBinary(width string, fields []arrow.Field) (arrow.DataType, error) {
	n, err := strconv.ParseInt(width, 10, 32)
	if err != nil || n < 0 {
		return nil, invalid("%q is no number of bytes", width)
	}
	return &arrow.FixedSizeBinaryType{ByteWidth: int(n)}, children(fields, 0)
}

func decimal(parameters string, fields []arrow.Field) (arrow.DataType, error) {
	n := [3]int64{2: 128}
	parts := strings.Split(parameters, ",")
	for i, part := range parts {
		v, err := strconv.ParseInt(part, 10, 32)
		if err != nil || i >= len(n) || len(parts) < 2 {
			return nil, invalid("%q is no precision and scale of a decimal", parameters)
		}
		n[i] = v
	}
	if n[2] == 32 || n[2] == 64 {
		return nil, &UnsupportedError{Type: "decimal" + parts[2], Reason: "arrow-go v17 has decimals of 128 and 256 bits"}
	}
	if most := map[int64]int64{128: 38, 256: 76}[n[2]]; n[0] < 1 || n[0] > most {
		return nil, invalid("%q is no precision of a decimal", parameters)
	}
	if n[2] == 128 {
		return &arrow.Decimal128Type{Precision: int32(n[0]), Scale: int32(n[1])}, children(fields, 0)
	}
	return &arrow.Decimal256Type{Precision: int32(n[0]), Scale: int32(n[1])}, children(fields, 0)
}

func fixedList(size string, fields []arrow.Field) (arrow.DataType, error) {
	n, err := strconv.ParseInt(size, 10, 32)
	switch {
	case err != nil || n < 0:
		return nil, invalid("%q is no size of a list", size)
	case n == 0:
		return nil, &UnsupportedError{Type: "fixed_size_list[0]", Reason: "arrow-go has no lists of size 0"}
	}
	if err := children(fields, 1); err != nil {
		return nil, err
	}
	return arrow.FixedSizeListOfField(int32(n), fields[0]), nil
}

func union(mode arrow.UnionMode) func(string, []arrow.Field) (arrow.DataType, error) {
	return func(list string, fields []arrow.Field) (arrow.DataType, error) {
		var codes []arrow.UnionTypeCode
		seen := map[int64]bool{}
		for _, part := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' }) {
			code, err := strconv.ParseInt(part, 10, 8)
			if err != nil || code < 0 || seen[code] {
				return nil, invalid("%q are no codes of a union", list)
			}
			seen[code] = true
			codes = append(codes, arrow.UnionTypeCode(code))
		}
		if err := children(fields, len(codes)); err != nil {
			return nil, err
		}
		return arrow.UnionOf(mode, fields, codes), nil
	}
}

// mapping keeps what a MapType of arrow-go can: it names its fields itself.
func mapping(fields []arrow.Field, sorted bool) (arrow.DataType, error) {
	if err := children(fields, 1); err != nil {
		return nil, err
	}
	entries, ok := fields[0].Type.(*arrow.StructType)
	if !ok || entries.NumFields() != 2 {
		return nil, invalid("the entries of a map are keys and values, not %v", fields[0].Type)
	}
	key, item := entries.Field(0), entries.Field(1)
	dt := arrow.MapOfWithMetadata(key.Type, key.Metadata, item.Type, item.Metadata)
	dt.SetItemNullable(item.Nullable)
	dt.KeysSorted = sorted
	return dt, nil
}

func runs(fields []arrow.Field) (arrow.DataType, error) {
	if err := children(fields, 2); err != nil {
		return nil, err
	}
	dt := arrow.RunEndEncodedOf(fields[0].Type, fields[1].Type)
	if !dt.ValidRunEndsType(fields[0].Type) {
		return nil, invalid("run ends are integers of 16, 32 or 64 bits, not %v", fields[0].Type)
	}
	dt.ValueNullable = fields[1].Nullable
	return dt, nil
}
