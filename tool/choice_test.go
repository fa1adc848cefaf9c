package tool_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/tool"
)

func TestAlternatives(t *testing.T) {
	record := `{"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"]}`
	runAll(t, []trial{
		{`{"anyOf": [{"type": "integer"}, {"type": "null"}]}`, list{1, nil}, []bad{{"x", "v", "integer or null", `string "x"`}}},
		{`{"anyOf": [{"type": "integer"}, {"type": "number"}]}`, list{1, 1.5}, []bad{{nil, "v", "integer or number", "null"}}},
		{`{"anyOf": [{"type": "null"}, ` + record + `]}`, list{nil, dict{"x": 1}}, []bad{
			{dict{"x": "a"}, "v.x", "integer", `string "a"`}, // the alternative that it comes closest to
			{dict{}, "v.x", "integer", "nothing: it is required"},
			{1, "v", "null or object", "int 1"},
		}},
		{`{"oneOf": [{"type": "integer"}, {"type": "string"}]}`, list{1, "x"}, []bad{{nil, "v", "integer or string", "null"}}},
		{`{"oneOf": [{"type": "integer"}, {"type": "number"}]}`, list{1.5}, []bad{
			{1, "v", "only one of: integer or number", "int 1"},
		}},
		{`{"oneOf": [` + record + `, {"type": "object"}, {"type": "null"}]}`, list{dict{}, nil}, []bad{
			{dict{"x": 1}, "v", "only one of: object or object or null", "map[string]interface {}"},
		}},
		{`{"allOf": [{"type": "integer"}, {"minimum": 2}, {"maximum": 4}]}`, list{2, 4}, []bad{
			{1, "v", "a value at least 2", "int 1"},
			{5, "v", "a value at most 4", "int 5"},
			{"x", "v", "integer", `string "x"`},
		}},
		{`{"allOf": [{"properties": {"a": {"type": "null"}}}], "required": ["a"]}`, list{dict{"a": nil}}, []bad{
			{dict{"a": 1}, "v.a", "null", "int 1"},
			{dict{}, "v.a", "a value", "nothing: it is required"},
		}},
		{`{"anyOf": [{"minimum": 5}, {"maximum": 1}], "type": "integer"}`, list{5, 1}, []bad{
			{3, "v", "a value at least 5 or a value at most 1", "int 3"},
			{1.0, "v", "integer", "float64 1"},
		}},
		{`{"anyOf": [{"enum": ["a"]}, {"const": 1}]}`, list{"a", 1}, []bad{{"b", "v", `one of "a" or one of 1`, `string "b"`}}},
		{`{"anyOf": []}`, list{1}, nil},
	})
}

const treeDefs = `{
	"Node": {"type": "object", "required": ["value"], "properties": {
		"value": {"type": "integer"},
		"next": {"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}]},
		"kids": {"type": "array", "items": {"$ref": "#/$defs/Node"}}
	}},
	"Small": {"type": "integer", "maximum": 9},
	"Alias": {"$ref": "#/$defs/Small"},
	"None": false, "Any": true, "a/b": {"type": "null"}, "c d": {"type": "null"},
	"Loop": {"$ref": "#/$defs/Loop"},
	"Ping": {"$ref": "#/$defs/Pong", "type": "string"}, "Pong": {"$ref": "#/$defs/Ping", "type": "string"},
	"Choice": {"anyOf": [{"$ref": "#/$defs/Choice"}, {"type": "null"}]},
	"Both": {"allOf": [{"$ref": "#/$defs/Both"}, {"$ref": "#/$defs/Both"}], "type": "string"},
	"JSON": {"anyOf": [{"type": ["integer", "null"]}, {"type": "array", "items": {"$ref": "#/$defs/JSON"}}]}
}`

func TestReferences(t *testing.T) {
	for _, c := range []trial{
		{`{"$ref": "#/$defs/Small"}`, list{9}, []bad{{10, "v", "integer at most 9", "int 10"}}},
		{`{"$ref": "#/$defs/Alias"}`, list{9}, []bad{{10, "v", "integer at most 9", "int 10"}}},
		{`{"$ref": "#/$defs/Small", "minimum": 3, "description": "d"}`, list{3}, []bad{{2, "v", "a value at least 3", "int 2"}, {10, "v", "integer at most 9", "int 10"}}},
		{`{"$ref": "#/$defs/Any"}`, list{1, nil}, nil},
		{`{"$ref": "#/$defs/None"}`, nil, []bad{{1, "v", "nothing at all", "int 1"}}},
		{`{"$ref": "#/$defs/a~1b"}`, list{nil}, []bad{{1, "v", "null", "int 1"}}},
		{`{"$ref": "#/$defs/c%20d"}`, list{nil}, []bad{{1, "v", "null", "int 1"}}},
		{`{"$ref": "#/$defs/Node"}`, list{
			dict{"value": 1},
			dict{"value": 1, "next": dict{"value": 2, "next": nil}, "kids": list{dict{"value": 3}}},
		}, []bad{
			{dict{"value": 1, "next": dict{}}, "v.next.value", "integer", "nothing: it is required"},
			{dict{"value": 1, "kids": list{dict{"value": 1, "kids": list{1}}}}, "v.kids[0].kids[0]", "object", "int 1"},
		}},
		{`{"$ref": "#/$defs/JSON"}`, list{1, list{nil, list{list{}}}}, []bad{{list{1, list{"x"}}, "v[1][0]", "integer or null or array", `string "x"`}}},
	} {
		t.Run(c.schema, func(t *testing.T) { c.run(t, treeDefs) })
	}
}

// A definition that says of itself what it is says nothing more.
func TestReferencesInCircles(t *testing.T) {
	for _, schema := range []string{"Loop", "Choice", "Ping", "Both"} {
		check := checker(t, `{"$ref": "#/$defs/`+schema+`"}`, treeDefs)
		require.NoError(t, check.Param(0, "x"), schema)
		var wrong *tool.ValidationError
		require.ErrorAs(t, check.Args(nil), &wrong, schema)
		require.Less(t, len(wrong.Expected), 100)
		_ = check.Param(0, 1) // whatever it says, it says it
	}
}

func TestSchemasRefused(t *testing.T) {
	for schema, why := range map[string]string{
		`5`:                             "a schema is an object or a bool, not 5",
		`null`:                          "a schema is an object or a bool, not <nil>",
		`"string"`:                      "a schema is an object or a bool, not string",
		`{"type": "int"}`:               "type: int is no type",
		`{"type": ["string", 5]}`:       "type: 5 is no type",
		`{"enum": "a"}`:                 "enum: want an array, got a",
		`{"properties": []}`:            "properties: want an object",
		`{"properties": {"a": 1}}`:      "properties: a: a schema is an object or a bool, not 1",
		`{"required": "a"}`:             "required: want an array, got a",
		`{"required": [1]}`:             "required: want a string, got 1",
		`{"additionalProperties": 1}`:   "additionalProperties: a schema is an object or a bool, not 1",
		`{"items": [{}]}`:               "items: a schema is an object or a bool, not [map[]]",
		`{"prefixItems": {}}`:           "prefixItems: want an array",
		`{"prefixItems": [1]}`:          "prefixItems: a schema is an object or a bool, not 1",
		`{"minItems": -1}`:              "minItems: want a count, got -1",
		`{"maxItems": 1.5}`:             "maxItems: want a count, got 1.5",
		`{"minLength": "1"}`:            "minLength: want a count, got 1",
		`{"maxLength": 1e300}`:          "maxLength: want a count, got 1e+300",
		`{"minimum": "1"}`:              "minimum: want a number, got 1",
		`{"exclusiveMaximum": true}`:    "exclusiveMaximum: want a number, got true",
		`{"pattern": 5}`:                "pattern: want a string, got 5",
		`{"format": 5}`:                 "format: want a string, got 5",
		`{"x-python": 5}`:               "x-python: want a string, got 5",
		`{"anyOf": {}}`:                 "anyOf: want an array",
		`{"oneOf": [{"type": "x"}]}`:    "oneOf: type: x is no type",
		`{"$ref": 5}`:                   "$ref: 5 is not among the definitions",
		`{"$ref": "#/$defs/Absent"}`:    "$ref: #/$defs/Absent is not among the definitions",
		`{"$ref": "other.json#/a"}`:     "$ref: other.json#/a is not among the definitions",
		`{"allOf": [{"items": "all"}]}`: "allOf: items: a schema is an object or a bool, not all",
	} {
		_, err := tool.NewChecker(specOf(schema, ""))
		require.EqualError(t, err, `snakepit: the schema of tool "probe", parameter v: `+why, schema)
	}
	_, err := tool.NewChecker(specOf(`{"$ref": "#/$defs/A"}`, `{"A": {"type": "x"}}`))
	require.ErrorContains(t, err, "x is no type")
	_, err = tool.NewChecker(specOf(`{"$ref": "#/$defs/A"}`, `{"A": 5}`))
	require.ErrorContains(t, err, "a schema is an object or a bool, not 5")
}
