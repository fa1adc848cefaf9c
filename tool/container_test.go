package tool_test

import (
	"testing"

	"github.com/gosnakepit/snakepit/internal/value"
)

func TestItems(t *testing.T) {
	runAll(t, []trial{
		{`{"type": "array", "items": {"type": "string"}}`, list{list{}, list{"a"}, []string{"a", "b"}, [1]string{}}, []bad{
			{list{"a", 2}, "v[1]", "string", "int 2"},
			{[]int{7}, "v[0]", "string", "int 7"},
			{list{nil}, "v[0]", "string", "null"},
		}},
		{`{"type": "array", "items": {"type": "integer", "minimum": 0}}`, list{[]int{0, 5}, []uint{1}}, []bad{
			{[]int{0, -5}, "v[1]", "integer at least 0", "int -5"},
		}},
		{`{"type": "array", "items": {"type": "number"}}`, list{[]float64{1}, []int{1}, list{1, 2.5}}, []bad{
			{[]bool{true}, "v[0]", "number", "bool true"},
			{[][]int{{1}}, "v[0]", "number", "[]int"},
		}},
		{`{"type": "array", "items": {"type": "array", "items": {"type": "boolean"}}}`, list{[][]bool{{true}, nil}}, []bad{
			{list{list{true}, list{true, 0}}, "v[1][1]", "boolean", "int 0"},
		}},
		{`{"items": {"type": "null"}}`, list{5, "x", list{nil}, []*int{nil}}, []bad{{list{1}, "v[0]", "null", "int 1"}}},
		{`{"items": true}`, list{list{1, "x"}}, nil},
		{`{"items": false}`, list{list{}}, []bad{{list{1}, "v[0]", "nothing at all", "int 1"}}},
		{`{"type": "array", "minItems": 1}`, list{list{1}}, []bad{{list{}, "v", "array of items 1 or more", "0 items"}}},
		{`{"type": "array", "maxItems": 1}`, list{list{}, [1]int{}}, []bad{{[]int{1, 2}, "v", "array of items 0 to 1", "2 items"}}},
		{`{"prefixItems": [{"type": "string"}, {"type": "integer"}]}`, list{list{}, list{"a"}, list{"a", 1, nil}, []string{"a"}}, []bad{
			{list{1}, "v[0]", "string", "int 1"},
			{[]string{"a", "b"}, "v[1]", "integer", `string "b"`},
		}},
		{`{"prefixItems": [{"type": "string"}], "items": {"type": "integer"}}`, list{list{"a", 1, 2}}, []bad{
			{list{"a", 1, "b"}, "v[2]", "integer", `string "b"`},
			{[]string{"a", "b"}, "v[1]", "integer", `string "b"`},
		}},
		{`{"prefixItems": [{"type": "string"}], "items": false}`, list{list{"a"}}, []bad{{list{"a", 1}, "v[1]", "nothing at all", "int 1"}}},
	})
}

func TestProperties(t *testing.T) {
	type point struct{ X, Y any }
	runAll(t, []trial{
		{`{"type": "object", "properties": {"x": {"type": "number"}}}`, list{dict{}, dict{"x": 1}, dict{"x": 1, "y": "z"}, point{X: 1}, &point{X: 2.5}}, []bad{
			{dict{"x": "1"}, "v.x", "number", `string "1"`},
			{point{X: "1"}, "v.x", "number", `string "1"`},
			{map[string]string{"x": "1"}, "v.x", "number", `string "1"`},
			{value.Dict{{Key: "x", Value: true}}, "v.x", "number", "bool true"},
		}},
		{`{"properties": {"x": {"type": "number"}}, "required": ["x"]}`, list{dict{"x": 1}, 5, nil, point{1, 2}}, []bad{
			{dict{}, "v.x", "number", "nothing: it is required"},
			{map[string]int(nil), "v.x", "number", "nothing: it is required"},
			{struct{ Y int }{}, "v.x", "number", "nothing: it is required"},
			{dict{"x": nil}, "v.x", "number", "null"},
		}},
		{`{"required": ["b", "a"]}`, list{dict{"a": 1, "b": nil}}, []bad{{dict{}, "v.b", "a value", "nothing: it is required"}, {dict{"b": 1}, "v.a", "a value", "nothing: it is required"}}},
		{`{"properties": {"x": {}}, "additionalProperties": false}`, list{dict{}, dict{"x": 1}}, []bad{
			{dict{"x": 1, "z": 1, "y": "no"}, "v.y", "no member of this name", `string "no"`}, // the first by name
			{point{1, 2}, "v.y", "no member of this name", "int 2"},
		}},
		{`{"additionalProperties": {"type": "integer"}}`, list{dict{}, map[string]int{"a": 1}, map[int]string{1: "x"}}, []bad{
			{dict{"a": 1, "b": "x"}, "v.b", "integer", `string "x"`},
			{map[string]string{"k": "x"}, "v.k", "integer", `string "x"`},
		}},
		{`{"properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "integer"}}`, list{dict{"a": "x", "b": 1}}, []bad{
			{dict{"a": 1}, "v.a", "string", "int 1"},
		}},
		{`{"additionalProperties": true}`, list{dict{"a": nil}}, nil},
		{`{"patternProperties": {"^x": {}}, "additionalProperties": false}`, list{dict{"xy": 1}}, nil}, // Python looks
		{`{"patternProperties": {"^x": {}}, "additionalProperties": {"type": "null"}, "required": ["x"]}`, list{dict{"x": 1}}, []bad{
			{dict{}, "v.x", "a value", "nothing: it is required"},
		}},
		{`{"properties": {"to": {"properties": {"at": {"items": {"properties": {"x": {"type": "null"}}}}}}}}`, list{dict{"to": dict{"at": list{dict{"x": nil}}}}}, []bad{
			{dict{"to": dict{"at": list{dict{}, dict{"x": 1}}}}, "v.to.at[1].x", "null", "int 1"},
		}},
	})
}

// What a struct leaves out, and what it takes in, is what codec says.
func TestMembersOfStructs(t *testing.T) {
	type Inner struct{ Deep int }
	type outer struct {
		*Inner
		HTTPPort int
		Tags     []string       `py:"tags,omitempty"`
		More     map[string]int `py:"more,omitempty"`
		Maybe    *int           `py:"maybe,omitempty"`
		Null     *int
		Hidden   int `py:"-"`
		private  int
	}
	closed := `{"properties": {"http_port": {"type": "integer"}, "null": {"type": "null"}}, "additionalProperties": false}`
	seven := 7
	trial{closed, list{outer{}, outer{Tags: []string{}, More: map[string]int{}}, outer{Hidden: 1, private: 1}}, []bad{
		{outer{Inner: &Inner{3}}, "v.deep", "no member of this name", "int 3"},
		{outer{Tags: []string{"x"}}, "v.tags", "no member of this name", "[]string"},
		{outer{Maybe: &seven}, "v.maybe", "no member of this name", "int 7"},
		{outer{Null: &seven}, "v.null", "null", "int 7"},
	}}.run(t, "")
}
