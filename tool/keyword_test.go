package tool_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/tool"
)

// checker checks one parameter, v, that has the schema.
func checker(t testing.TB, schema, defs string) *tool.Checker {
	t.Helper()
	c, err := tool.NewChecker(specOf(schema, defs))
	require.NoError(t, err, schema)
	return c
}

func specOf(schema, defs string) tool.Spec {
	if defs == "" {
		defs = "{}"
	}
	text := fmt.Sprintf(`{"type": "object", "properties": {"v": %s}, "$defs": %s}`, schema, defs)
	return tool.Spec{
		Name: "probe", Schema: json.RawMessage(text),
		Params: []tool.Param{{Name: "v", Required: true, Schema: json.RawMessage(schema)}},
	}
}

// bad is a value that does not fit, and what the error says.
type bad struct {
	v               any
	path, want, got string
}

// trial is a schema with values that fit and values that do not.
type trial struct {
	schema string
	good   []any
	bad    []bad
}

func (c trial) run(t *testing.T, defs string) {
	t.Helper()
	check := checker(t, c.schema, defs)
	for _, v := range c.good {
		require.NoError(t, check.Param(0, v), "%s takes %T %v", c.schema, v, v)
		require.NoError(t, check.Args(map[string]any{"v": v}))
	}
	for _, b := range c.bad {
		want := &tool.ValidationError{Tool: "probe", Path: b.path, Expected: b.want, Got: b.got}
		require.Equal(t, want, check.Param(0, b.v), "%s takes no %T %v", c.schema, b.v, b.v)
		require.Equal(t, want, check.Args(map[string]any{"v": b.v}))
	}
}

func runAll(t *testing.T, trials []trial) {
	for _, c := range trials {
		t.Run(c.schema, func(t *testing.T) { c.run(t, "") })
	}
}

type (
	list = []any
	dict = map[string]any
)

func TestTypes(t *testing.T) {
	runAll(t, []trial{
		{`{}`, list{nil, 1, "x", list{}, dict{}, 1i}, nil},
		{`true`, list{nil, 1, "x"}, nil},
		{`false`, nil, []bad{{1, "v", "nothing at all", "int 1"}, {nil, "v", "nothing at all", "null"}}},
		{`{"type": "null"}`, list{nil, (*int)(nil)}, []bad{{0, "v", "null", "int 0"}, {"", "v", "null", `string ""`}}},
		{`{"type": "boolean"}`, list{true, false}, []bad{{1, "v", "boolean", "int 1"}, {nil, "v", "boolean", "null"}}},
		{`{"type": "integer"}`, list{0, -1, int64(1) << 62, uint8(3)}, []bad{
			{3.0, "v", "integer", "float64 3"},
			{true, "v", "integer", "bool true"},
			{"3", "v", "integer", `string "3"`},
		}},
		{`{"type": "number"}`, list{0, 2.5, float32(1)}, []bad{{"2.5", "v", "number", `string "2.5"`}, {false, "v", "number", "bool false"}}},
		{`{"type": "string"}`, list{"", "x"}, []bad{{1, "v", "string", "int 1"}, {[]byte("x"), "v", "string", "[]uint8"}}},
		{`{"type": "array"}`, list{list{}, []int{1}, [2]string{}, []int(nil)}, []bad{
			{"x", "v", "array", `string "x"`},
			{dict{}, "v", "array", "map[string]interface {}"},
			{[]byte{1}, "v", "array", "[]uint8"},
		}},
		{`{"type": "object"}`, list{dict{}, map[string]int(nil), struct{ A int }{}}, []bad{{list{}, "v", "object", "[]interface {}"}}},
		{`{"type": ["integer", "null"]}`, list{1, nil}, []bad{{"x", "v", "integer or null", `string "x"`}}},
		{`{"type": ["number", "string", "boolean"]}`, list{1, 1.5, "", true}, []bad{{nil, "v", "boolean or number or string", "null"}}},
		{`{"type": []}`, list{1, nil}, nil},
		{`{"type": "string", "title": "T", "description": "D", "default": 1, "examples": [2], "deprecated": true}`, list{"x"}, []bad{
			{1, "v", "string", "int 1"},
		}},
	})
}

func TestEnums(t *testing.T) {
	runAll(t, []trial{
		{`{"enum": ["crow", "bee"]}`, list{"crow", "bee"}, []bad{
			{"Bee", "v", `one of "crow", "bee"`, `string "Bee"`},
			{1, "v", `one of "crow", "bee"`, "int 1"},
			{nil, "v", `one of "crow", "bee"`, "null"},
		}},
		{`{"enum": [1, 2.5, true, null]}`, list{1, 1.0, int8(1), 2.5, true, nil}, []bad{
			{2, "v", "one of 1, 2.5, true, null", "int 2"},
			{false, "v", "one of 1, 2.5, true, null", "bool false"},
			{"1", "v", "one of 1, 2.5, true, null", `string "1"`},
		}},
		{`{"enum": []}`, nil, []bad{{1, "v", "nothing at all", "int 1"}}},
		{`{"enum": ["a", 3], "type": "string"}`, list{"a"}, []bad{{3, "v", `one of "a", 3`, "int 3"}}},
		{`{"enum": [[1], {"a": 1}]}`, list{list{1}, list{2}, dict{}}, []bad{ // Python looks into them
			{1, "v", `one of [1], {"a":1}`, "int 1"},
		}},
		{`{"const": "x"}`, list{"x"}, []bad{{"y", "v", `one of "x"`, `string "y"`}}},
		{`{"const": 5}`, list{5, 5.0, uint64(5)}, []bad{{6, "v", "one of 5", "int 6"}, {true, "v", "one of 5", "bool true"}}},
		{`{"const": null}`, list{nil}, []bad{{0, "v", "one of null", "int 0"}}},
		{`{"const": true}`, list{true}, []bad{{1, "v", "one of true", "int 1"}}},
		{`{"const": "a", "enum": ["a", "b"]}`, list{"a"}, []bad{{"b", "v", `one of "a"`, `string "b"`}}},
	})
}

func TestNumberLimits(t *testing.T) {
	runAll(t, []trial{
		{`{"type": "integer", "minimum": 1}`, list{1, 2, uint8(1)}, []bad{{0, "v", "integer at least 1", "int 0"}, {"x", "v", "integer at least 1", `string "x"`}}},
		{`{"type": "integer", "maximum": 10}`, list{10, -5}, []bad{{11, "v", "integer at most 10", "int 11"}}},
		{`{"type": "number", "minimum": -1.5, "maximum": 1.5}`, list{-1.5, 0, 1.5, float32(1)}, []bad{
			{1.6, "v", "number at least -1.5 at most 1.5", "float64 1.6"},
			{-2, "v", "number at least -1.5 at most 1.5", "int -2"},
		}},
		{`{"type": "number", "exclusiveMinimum": 0}`, list{0.1, 1}, []bad{{0, "v", "number above 0", "int 0"}, {0.0, "v", "number above 0", "float64 0"}}},
		{`{"type": "number", "exclusiveMaximum": 1}`, list{0.9, -3}, []bad{{1, "v", "number below 1", "int 1"}}},
		{`{"minimum": 3}`, list{3, "x", nil, list{}}, []bad{{2, "v", "a value at least 3", "int 2"}}}, // asked of numbers only
		{`{"type": "integer", "minimum": 0, "maximum": 255}`, list{0, 255}, []bad{{256, "v", "integer at least 0 at most 255", "int 256"}}},
	})
}

func TestLengths(t *testing.T) {
	runAll(t, []trial{
		{`{"type": "string", "minLength": 2}`, list{"ab", "éé"}, []bad{{"é", "v", "string of length 2 or more", `string "é"`}}},
		{`{"type": "string", "maxLength": 2}`, list{"", "ab", "日本"}, []bad{{"abc", "v", "string of length 0 to 2", `string "abc"`}}},
		{`{"type": "string", "minLength": 1, "maxLength": 3}`, list{"a", "abc"}, []bad{{"", "v", "string of length 1 to 3", `string ""`}}},
		{`{"type": "string", "maxLength": 0}`, list{""}, []bad{{"a", "v", "string of length 0 to 0", `string "a"`}}},
		{`{"type": "string", "pattern": "^[a-z]+$"}`, list{"abc"}, []bad{{"ABC", "v", "string matching ^[a-z]+$", `string "ABC"`}}},
		{`{"type": "string", "pattern": "b"}`, list{"abc"}, []bad{{"ac", "v", "string matching b", `string "ac"`}}}, // anywhere
		{`{"pattern": "b", "minLength": 2}`, list{1, nil, "ab"}, []bad{{"b", "v", "a value of length 2 or more matching b", `string "b"`}}},
		{`{"type": "string", "pattern": "(?=x)"}`, list{"x", "y"}, nil}, // Go has no lookahead: Python looks
	})
}

// Keywords that a Checker does not know say nothing; Python looks.
func TestUnknownKeywords(t *testing.T) {
	runAll(t, []trial{
		{`{"multipleOf": 2}`, list{2, 3}, nil},
		{`{"uniqueItems": true}`, list{list{1, 1}}, nil},
		{`{"contains": {"type": "string"}}`, list{list{1}}, nil},
		{`{"not": {}}`, list{1}, nil},
		{`{"if": {}, "then": false}`, list{1}, nil},
		{`{"minProperties": 2, "propertyNames": {"maxLength": 1}, "dependentRequired": {"a": ["b"]}}`, list{dict{"aa": 1, "a": 1}}, nil},
		{`{"unevaluatedProperties": false, "unevaluatedItems": false}`, list{dict{"a": 1}, list{1}}, nil},
		{`{"contentEncoding": "base64", "contentMediaType": "image/png", "$comment": "c", "no such": 5}`, list{"x", 1}, nil},
		{`{"type": "string", "format": "email"}`, list{"no address"}, []bad{{1, "v", "string", "int 1"}}},
	})
}
