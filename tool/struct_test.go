package tool_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/tool"
)

type inner struct{ X, Y float64 }

type Base struct {
	ID   int `doc:"who"`
	Kind string
}

type Extra struct{ Note string }

// outer has a field of each form.
type outer struct {
	Base
	*Extra
	HTTPPort int     `doc:"where it listens"`
	Named    string  `py:"the_name"`
	Limit    int     `py:"limit,omitempty" doc:"how many"`
	Perhaps  *string `doc:"or not"`
	At       inner
	Ways     []inner `doc:"all of them"`
	Anything any     `doc:"whatever"`
	Skipped  func()  `py:"-"`
	private  chan int
}

var _ = outer{private: nil}

func TestParameters(t *testing.T) {
	s := specWith[outer, struct{}](t)
	require.Equal(t, "probe", s.Name)
	require.False(t, s.Open)
	require.False(t, s.Streams)
	type param struct {
		name     string
		required bool
		schema   string
	}
	point := `{"$ref": "#/$defs/inner"}`
	want := []param{
		{"id", true, `{"type": "integer", "description": "who"}`},
		{"kind", true, `{"type": "string"}`},
		{"note", false, `{"type": "string"}`}, // what its pointer leads to may be missing
		{"http_port", true, `{"type": "integer", "description": "where it listens"}`},
		{"the_name", true, `{"type": "string"}`},
		{"limit", false, `{"type": "integer", "description": "how many"}`},
		{"perhaps", false, `{"anyOf": [{"type": "string"}, {"type": "null"}], "description": "or not"}`},
		{"at", true, point},
		{"ways", true, `{"type": "array", "items": ` + point + `, "description": "all of them"}`},
		{"anything", true, `{"description": "whatever"}`},
	}
	require.Len(t, s.Params, len(want))
	for i, p := range s.Params {
		require.Equal(t, want[i].name, p.Name)
		require.Equal(t, want[i].required, p.Required, p.Name)
		require.JSONEq(t, want[i].schema, string(p.Schema), p.Name)
		require.JSONEq(t, want[i].schema, member(t, s.Schema, "properties", p.Name))
	}
	require.JSONEq(t, `"object"`, member(t, s.Schema, "type"))
	require.JSONEq(t, `false`, member(t, s.Schema, "additionalProperties"))
	require.JSONEq(t, `"`+tool.Dialect+`"`, member(t, s.Schema, "$schema"))
	require.JSONEq(t, `["id", "kind", "http_port", "the_name", "at", "ways", "anything"]`, member(t, s.Schema, "required"))
	require.JSONEq(t, `{"inner": {"type": "object", "properties": {"x": {"type": "number"}, "y": {"type": "number"}}, "required": ["x", "y"]}}`,
		member(t, s.Schema, "$defs"))
}

// The properties come in the order of the fields, for who reads them.
func TestOrderOfProperties(t *testing.T) {
	s := specWith[struct{ Z, B, A, Y int }, struct{}](t)
	order := `"properties":{"z":{"type":"integer"},"b":{"type":"integer"},"a":{"type":"integer"},"y":{"type":"integer"}}`
	require.Contains(t, string(s.Schema), order)
}

func TestToolsWithoutParameters(t *testing.T) {
	s := specWith[struct{}, int](t)
	require.Empty(t, s.Params)
	require.JSONEq(t, `{"$schema": "`+tool.Dialect+`", "type": "object", "properties": {}, "required": [], "additionalProperties": false}`, string(s.Schema))
}

func TestOpenTools(t *testing.T) {
	s := specWith[map[string]any, int](t)
	require.True(t, s.Open)
	require.Empty(t, s.Params)
	require.JSONEq(t, `{"$schema": "`+tool.Dialect+`", "type": "object", "additionalProperties": true}`, string(s.Schema))
	s = specWith[map[myString][]bool, int](t)
	require.True(t, s.Open)
	require.JSONEq(t, `{"type": "array", "items": {"type": "boolean"}}`, member(t, s.Schema, "additionalProperties"))
}

type (
	chain          struct{ Next *chain }
	forest         struct{ Trees []forest }
	index          struct{ By map[string]index }
	a              struct{ B *b }
	b              struct{ A []a }
	lists          []lists
	maps           map[string]maps
	address        *address
	mixed          struct{ L []mixedList }
	pair[A, B any] struct {
		First  A
		Second B
	}
	mixedList []mixed
)

func TestRecursiveTypes(t *testing.T) {
	ref := func(s string) string { return `{"$ref": "#/$defs/` + s + `"}` }
	def := func(property, schema, required string) string {
		return `{"type": "object", "properties": {"` + property + `": ` + schema + `}, "required": [` + required + `]}`
	}
	optional := func(s string) string { return `{"anyOf": [` + s + `, {"type": "null"}]}` }
	many := func(s string) string { return `{"type": "array", "items": ` + s + `}` }
	for _, c := range []struct {
		spec         tool.Spec
		schema, defs string
	}{
		{specWith[one[chain], chain](t), ref("chain"), `{"chain": ` + def("next", optional(ref("chain")), "") + `}`},
		{specWith[one[forest], forest](t), ref("forest"), `{"forest": ` + def("trees", many(ref("forest")), `"trees"`) + `}`},
		{specWith[one[index], index](t), ref("index"), `{"index": ` + def("by", `{"type": "object", "additionalProperties": `+ref("index")+`}`, `"by"`) + `}`},
		{specWith[one[a], a](t), ref("a"), `{"a": ` + def("b", optional(ref("b")), "") + `, "b": ` + def("a", many(ref("a")), `"a"`) + `}`},
		{specWith[one[mixed], mixed](t), ref("mixed"), `{"mixed": ` + def("l", many(many(ref("mixed"))), `"l"`) + `}`},
		{specWith[one[lists], lists](t), many("true"), ""}, // only structs have names
		{specWith[one[maps], maps](t), `{"type": "object", "additionalProperties": true}`, ""},
		{specWith[one[address], address](t), `true`, ""},
	} {
		require.JSONEq(t, c.schema, string(c.spec.Params[0].Schema))
		if c.defs == "" {
			c.defs = "null"
		}
		require.JSONEq(t, c.defs, member(t, c.spec.Schema, "$defs"))
		require.JSONEq(t, c.defs, member(t, resultDefs(c.spec), "$defs"))
		_, err := tool.NewChecker(c.spec)
		require.NoError(t, err)
	}
}

// resultDefs is the schema of a result, an object in any case.
func resultDefs(s tool.Spec) []byte {
	if s.Result[0] != '{' {
		return []byte(`{}`)
	}
	return s.Result
}

// otherInner is another type that is called inner.
func otherInner(t *testing.T) tool.Spec {
	type inner struct{ Z bool }
	return specWith[pair[one[inner], outer], inner](t)
}

// Types of one name have definitions of their own, whose names need no escape.
func TestNamesOfDefinitions(t *testing.T) {
	type places struct {
		A pair[int, string]
		B pair[inner, []outer]
		C struct{ D struct{ E int } }
	}
	for want, s := range map[int]tool.Spec{6: specWith[places, struct{}](t), 4: otherInner(t)} {
		var schema struct {
			Defs map[string]json.RawMessage `json:"$defs"`
		}
		require.NoError(t, json.Unmarshal(s.Schema, &schema))
		require.Len(t, schema.Defs, want)
		for name, def := range schema.Defs {
			require.Regexp(t, `^[A-Za-z0-9_.-]+$`, name)
			require.Contains(t, string(def), `"properties":{"`)
		}
		_, err := tool.NewChecker(s)
		require.NoError(t, err)
	}
}

func TestSpecInJSON(t *testing.T) {
	s := specWith[struct{ A int }, string](t)
	text, err := json.Marshal(s)
	require.NoError(t, err)
	var back tool.Spec
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, s, back)
}
