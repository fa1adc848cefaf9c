package tool_test

import (
	"encoding/json"
	"errors"
	"iter"
	"math/big"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/value"
)

type (
	myInt    int
	myString string
	myBytes  []byte
	myList   []any

	// level has a text of its own.
	level uint8
	// shy has one that only its pointer knows.
	shy int
	// loud is a string that is another one in Python.
	loud string
	// broken has no text after all.
	broken int
	// lent stands for an object that lives in Python.
	lent struct{}
	// lentInt is one whose kind is an int's.
	lentInt uintptr
)

func (l level) MarshalText() ([]byte, error)  { return []byte{'A' + byte(l)}, nil }
func (s *shy) MarshalText() ([]byte, error)   { return []byte("shy"), nil }
func (l loud) MarshalText() ([]byte, error)   { return []byte(l + "!"), nil }
func (b broken) MarshalText() ([]byte, error) { return nil, errors.New("broken") }
func (lent) Lend() (uintptr, error)           { return 1, nil }
func (lent) Return()                          {}
func (lentInt) Lend() (uintptr, error)        { return 1, nil }
func (lentInt) Return()                       {}

// takers are schemas, each of which takes some kinds of values only.
var takers = map[string]string{
	"null": `{"type": "null"}`, "boolean": `{"type": "boolean"}`, "integer": `{"type": "integer"}`,
	"number": `{"type": "number"}`, "string": `{"type": "string"}`, "array": `{"type": "array"}`,
	"object": `{"type": "object"}`, "bytes": `{"type": "string", "x-python": "bytes"}`,
	"datetime":  `{"type": "string", "x-python": "datetime.datetime"}`,
	"date":      `{"type": "string", "x-python": "datetime.date"}`,
	"time":      `{"type": "string", "x-python": "datetime.time"}`,
	"timedelta": `{"type": "string", "x-python": "datetime.timedelta"}`,
	"decimal":   `{"type": "string", "x-python": "decimal.Decimal"}`,
	"uuid":      `{"type": "string", "x-python": "uuid.UUID"}`,
	"tuple":     `{"type": "array", "x-python": "tuple"}`,
	"set":       `{"type": "array", "x-python": "set"}`,
	"frozenset": `{"type": "array", "x-python": "frozenset"}`,
	"complex":   `{"x-python": "complex"}`,
	"iterator":  `{"x-python": "collections.abc.Iterator"}`,
}

// Kinds of values by all that takes them.
var (
	integers = []string{"integer", "number", "complex"}
	numbers  = []string{"number", "complex"}
	arrays   = []string{"array", "tuple", "set", "frozenset", "iterator"}
	nothing  = []string{"null"}
	text     = []string{"string"}
	anyKind  = []string{
		"null", "boolean", "integer", "number", "string", "array", "object", "bytes", "datetime", "date", "time",
		"timedelta", "decimal", "uuid", "tuple", "set", "frozenset", "complex", "iterator",
	}
)

func TestClassification(t *testing.T) {
	one, word := 1, "x"
	five := big.NewInt(5)
	for _, c := range []struct {
		v     any
		takes []string
	}{
		{nil, nothing},
		{(*int)(nil), nothing},
		{(*big.Int)(nil), nothing},
		{(*level)(nil), nothing},
		{(**string)(nil), nothing},
		{(*time.Time)(nil), nothing},
		{true, []string{"boolean"}},
		{1, integers},
		{int8(1), integers},
		{int64(1), integers},
		{uint(1), integers},
		{uint64(1 << 63), integers},
		{uintptr(1), integers},
		{myInt(1), integers},
		{time.March, integers},
		{&one, integers},
		{five, integers},
		{*five, integers},
		{&five, integers},
		{json.Number("12"), integers},
		{json.Number("-99999999999999999999"), integers},
		{json.Number("12.0"), numbers},
		{json.Number("1e3"), numbers},
		{1.0, numbers},
		{float32(1.5), numbers},
		{1i, []string{"complex"}},
		{complex64(1i), []string{"complex"}},
		{"x", text},
		{myString("x"), text},
		{&word, text},
		{level(1), text},
		{shy(1), text},
		{new(shy), text},
		{loud("x"), text},
		{broken(1), text},
		{[]byte("x"), []string{"bytes"}},
		{[2]byte{}, []string{"bytes"}},
		{myBytes("x"), []string{"bytes"}},
		{[]byte(nil), []string{"bytes"}},
		{list{}, arrays},
		{myList{}, arrays},
		{[]int(nil), arrays},
		{[1]int{}, arrays},
		{&[1]int{}, arrays},
		{[]level{1}, arrays},
		{value.Tuple{}, []string{"array", "tuple", "set", "frozenset", "iterator"}},
		{value.Set{}, arrays},
		{value.FrozenSet{}, arrays},
		{dict{}, []string{"object"}},
		{map[int]int(nil), []string{"object"}},
		{value.Dict{}, []string{"object"}},
		{struct{ A int }{}, []string{"object"}},
		{&struct{ A int }{}, []string{"object"}},
		{time.Now(), []string{"datetime"}},
		{&time.Time{}, []string{"datetime"}},
		{value.LocalDateTime{}, []string{"datetime"}},
		{value.Date{}, []string{"date"}},
		{value.TimeOfDay{}, []string{"time"}},
		{time.Second, []string{"timedelta"}},
		{value.TimeDelta{}, []string{"timedelta"}},
		{value.Decimal("1.5"), []string{"decimal"}},
		{uuid.UUID{}, []string{"uuid"}},
		{iter.Seq[int](func(func(int) bool) {}), []string{"iterator"}},
		{make(chan int), []string{"iterator"}},
		{lent{}, anyKind},
		{&lent{}, anyKind},
		{lentInt(1), anyKind},
	} {
		for kind, schema := range takers {
			err := checker(t, schema, "").Param(0, c.v)
			if contains(c.takes, kind) {
				require.NoError(t, err, "%s takes %T %v", kind, c.v, c.v)
			} else {
				require.Error(t, err, "%s takes no %T %v", kind, c.v, c.v)
			}
		}
	}
}

func contains(all []string, s string) bool {
	for _, one := range all {
		if one == s {
			return true
		}
	}
	return false
}

// In a container a value is what it is alone.
func TestClassificationInside(t *testing.T) {
	runAll(t, []trial{
		{`{"items": {"type": "integer"}}`, list{[]lentInt{1}, []*big.Int{big.NewInt(1)}, []json.Number{"1"}, []myInt{1}}, []bad{
			{[]shy{1}, "v[0]", "integer", "tool_test.shy"},
			{[]level{1}, "v", "array", "[]tool_test.level"},
			{[]json.Number{"1.5"}, "v[0]", "integer", "json.Number 1.5"},
		}[:1]},
		{`{"items": {"type": "string"}}`, list{[]shy{1}, []level{1}, []loud{"x"}, []lentInt{1}}, []bad{
			{[]time.Time{{}}, "v[0]", "string", "time.Time"},
			{[]uuid.UUID{{}}, "v[0]", "string", "uuid.UUID"},
		}},
		{`{"properties": {"a": {"type": "integer"}}}`, list{struct{ A *big.Int }{big.NewInt(1)}, struct{ A lentInt }{}}, []bad{
			{struct{ A any }{1.5}, "v.a", "integer", "float64 1.5"},
			{struct{ A error }{nil}, "v.a", "integer", "null"},
		}},
	})
}

// The limits are asked of what crosses.
func TestLimitsOfWhatCrosses(t *testing.T) {
	huge, _ := new(big.Int).SetString("9"+string(make0(400)), 10)
	runAll(t, []trial{
		{`{"type": "integer", "minimum": 3, "maximum": 7}`, list{big.NewInt(5), *big.NewInt(5), json.Number("5"), myInt(5), uint8(5)}, []bad{
			{big.NewInt(8), "v", "integer at least 3 at most 7", "*big.Int 8"},
			{*big.NewInt(8), "v", "integer at least 3 at most 7", "big.Int 8"},
			{json.Number("2"), "v", "integer at least 3 at most 7", "json.Number 2"},
			{time.August, "v", "integer at least 3 at most 7", "time.Month August"},
		}},
		{`{"type": "string", "minLength": 2, "maxLength": 3}`, list{shy(1), new(shy), loud("x")}, []bad{
			{level(1), "v", "string of length 2 to 3", "tool_test.level"},
			{loud("xyz"), "v", "string of length 2 to 3", `tool_test.loud "xyz!"`},
		}},
		{`{"enum": ["shy", "B", "x!"]}`, list{shy(1), level(1), loud("x"), myString("B")}, []bad{
			{loud("B"), "v", `one of "shy", "B", "x!"`, `tool_test.loud "B!"`},
		}},
		{`{"maximum": 1000}`, nil, []bad{{huge, "v", "a value at most 1000", "*big.Int 9" + string(make0(59)) + "…"}}},
	})
}

func make0(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = '0'
	}
	return b
}

// Python reads these from their text.
func TestFormats(t *testing.T) {
	runAll(t, []trial{
		{`{"type": "string", "format": "date-time", "x-python": "datetime.datetime"}`, list{"2024-01-01T00:00:00Z", time.Now(), value.LocalDateTime{}}, []bad{
			{5, "v", "datetime.datetime", "int 5"},
			{value.Date{}, "v", "datetime.datetime", "value.Date"},
		}},
		{`{"type": "string", "format": "uuid", "x-python": "uuid.UUID"}`, list{"x", uuid.UUID{}}, []bad{{[16]byte{}, "v", "uuid.UUID", "[16]uint8"}}},
		{`{"type": "string", "contentEncoding": "base64", "x-python": "bytes"}`, list{[]byte{}}, []bad{{"eA==", "v", "bytes", `string "eA=="`}}},
		{`{"type": "array", "x-python": "tuple", "prefixItems": [{"type": "integer"}], "minItems": 1, "maxItems": 1}`, list{list{1}, value.Tuple{1}, []int{1}}, []bad{
			{value.Tuple{}, "v", "tuple", "0 items"},
			{value.Tuple{"x"}, "v[0]", "integer", `string "x"`},
			{"x", "v", "tuple", `string "x"`},
		}},
		{`{"x-python": "some.Model"}`, list{1, "x", nil, dict{}}, nil}, // nobody knows what it takes
		{`{"type": "object", "x-python": "some.Model"}`, list{dict{}}, []bad{{1, "v", "some.Model", "int 1"}}},
	})
}

// Models say what a str may become by its format alone, and take the thing itself.
func TestFormatsOfModels(t *testing.T) {
	runAll(t, []trial{
		{`{"type": "string", "format": "date-time"}`, list{"x", time.Now(), value.LocalDateTime{}}, []bad{{value.Date{}, "v", "string", "value.Date"}, {1, "v", "string", "int 1"}}},
		{`{"type": "string", "format": "date"}`, list{"x", value.Date{}}, []bad{{time.Now().UTC().Truncate(time.Hour), "v", "string", "time.Time"}}},
		{`{"type": "string", "format": "time"}`, list{value.TimeOfDay{}}, nil},
		{`{"type": "string", "format": "duration"}`, list{time.Second, value.TimeDelta{}}, nil},
		{`{"type": "string", "format": "uuid"}`, list{uuid.UUID{}}, []bad{{[]byte{}, "v", "string", "[]uint8"}}},
		{`{"type": "string", "format": "binary"}`, list{"x", []byte{}, [2]byte{}, myBytes{}}, nil},
	})
}
