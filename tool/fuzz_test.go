package tool_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/tool"
)

// fuzzSchemas are schemas that use all that a Checker knows.
var fuzzSchemas = []string{
	`true`, `false`, `{}`, `5`, `{"type": "integer", "minimum": 1, "maximum": 9, "exclusiveMinimum": 0, "exclusiveMaximum": 10}`,
	`{"type": ["string", "null"], "minLength": 1, "maxLength": 3, "pattern": "^a+$", "format": "date"}`,
	`{"type": "array", "items": {"type": "number"}, "prefixItems": [{"const": null}], "minItems": 1, "maxItems": 4}`,
	`{"type": "object", "properties": {"a": {"enum": ["x", 1, true, null, [1], {}]}}, "required": ["a"], "additionalProperties": {"type": "boolean"}}`,
	`{"anyOf": [{"$ref": "#/$defs/A"}, {"oneOf": [{"type": "integer"}, {"type": "number"}]}], "allOf": [{}, {"not": {}}]}`,
	`{"x-python": "tuple", "type": "array", "prefixItems": [{"x-python": "datetime.datetime", "type": "string", "format": "date-time"}]}`,
	`{"patternProperties": {"a": false}, "additionalProperties": false}`,
	`{"$ref": "#/$defs/A", "items": {"$ref": "#/$defs/B"}}`,
}

var fuzzDefs = []string{
	`{}`,
	`{"A": {"$ref": "#/$defs/B"}, "B": {"$ref": "#/$defs/A", "type": "integer"}}`,
	`{"A": {"anyOf": [{"$ref": "#/$defs/A"}, {"$ref": "#/$defs/B"}]}, "B": {"type": "array", "items": {"$ref": "#/$defs/A"}}}`,
	`{"A": {"allOf": [{"$ref": "#/$defs/B"}, {"$ref": "#/$defs/B"}]}, "B": {"oneOf": [{"$ref": "#/$defs/A"}, {"$ref": "#/$defs/A"}], "properties": {"a": {"$ref": "#/$defs/A"}}}}`,
	`{"A": false, "B": 5}`,
}

var fuzzArgs = []string{`null`, `1`, `1.5`, `"a"`, `true`, `[null, 1, "x"]`, `{"a": "x", "b": true}`, `[[[[[[]]]]], {"a": {"a": {"a": 1}}}]`, `12345678901234567890123`, `1e400`}

// quickly crashes if a check takes longer than any so small may, so that its input is kept.
func quickly(f func() error) error {
	defer time.AfterFunc(20*time.Second, func() { panic("the check does not end") }).Stop()
	return f()
}

// read reads JSON with its numbers as they are written, or as floats.
func read(text []byte, numbers bool) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	if numbers {
		d.UseNumber()
	}
	return v, d.Decode(&v)
}

// FuzzChecker checks any value by any schema: it ends, and says the same of schemas that
// say the same.
func FuzzChecker(f *testing.F) {
	for _, schema := range fuzzSchemas {
		for _, defs := range fuzzDefs {
			for _, args := range fuzzArgs {
				f.Add([]byte(schema), []byte(defs), []byte(args))
			}
		}
	}
	f.Fuzz(func(t *testing.T, schema, defs, args []byte) {
		if !json.Valid(schema) || !json.Valid(defs) {
			return
		}
		for _, numbers := range []bool{false, true} {
			v, err := read(args, numbers)
			if err != nil {
				return
			}
			requireSameVerdict(t, string(schema), string(defs), v)
		}
	})
}

func requireSameVerdict(t *testing.T, schema, defs string, v any) {
	check, err := tool.NewChecker(specOf(schema, defs))
	if err != nil {
		require.ErrorContains(t, err, `tool "probe"`)
		return
	}
	verdict := quickly(func() error { return check.Param(0, v) })
	require.Equal(t, verdict, check.Param(0, v))
	require.Equal(t, verdict, check.Args(map[string]any{"v": v}))
	for _, same := range []string{`{"allOf": [` + schema + `]}`, `{"anyOf": [` + schema + `]}`, `{"oneOf": [` + schema + `]}`} {
		again, err := tool.NewChecker(specOf(same, defs))
		require.NoError(t, err)
		got := quickly(func() error { return again.Param(0, v) })
		require.Equal(t, verdict == nil, got == nil, "%s: %v, %v", same, verdict, got)
	}
}

// FuzzSchema compiles anything as the schema of a tool.
func FuzzSchema(f *testing.F) {
	for _, schema := range fuzzSchemas {
		f.Add([]byte(`{"properties": {"v": `+schema+`}}`), "v")
	}
	f.Add([]byte(`{"properties": {"v": {"$ref": "#/$defs/A"}}, "$defs": `+fuzzDefs[3]+`}`), "v")
	f.Add([]byte(`{"properties": 5, "$defs": []}`), "w")
	f.Fuzz(func(t *testing.T, schema []byte, name string) {
		c, err := tool.NewChecker(tool.Spec{Name: "probe", Schema: schema, Params: []tool.Param{{Name: name, Required: true}, {Name: "v"}}})
		if err != nil {
			require.ErrorContains(t, err, `snakepit: the schema of tool "probe"`)
			return
		}
		for _, v := range []any{nil, 1, 1.5, "x", true, list{1}, dict{"a": 1}, time.Second, []byte{}, struct{ A int }{}} {
			_ = quickly(func() error { return c.Args(map[string]any{name: v, "v": v}) })
		}
		require.Error(t, c.Args(nil), "an argument that is required is missing")
	})
}
