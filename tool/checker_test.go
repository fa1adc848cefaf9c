package tool_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/tool"
)

// distance is the schema of a tool as Python gives it.
func distance(t testing.TB) *tool.Checker {
	t.Helper()
	c, err := tool.NewChecker(tool.Spec{
		Name: "distance",
		Schema: json.RawMessage(`{"type": "object", "properties": {
			"to": {"$ref": "#/$defs/Point"}, "how": {"enum": ["crow", "bee"]}, "limit": {"anyOf": [{"type": "number"}, {"type": "null"}]}
		}, "required": ["to"], "$defs": {"Point": {"type": "object", "required": ["x"], "properties": {"x": {"type": "number"}}}}}`),
		Params: []tool.Param{{Name: "to", Required: true}, {Name: "how"}, {Name: "limit"}, {Name: "unsaid"}},
	})
	require.NoError(t, err)
	return c
}

func TestArgs(t *testing.T) {
	c := distance(t)
	for _, args := range []map[string]any{
		{"to": dict{"x": 1}},
		{"to": struct{ X float64 }{2}, "how": "bee", "limit": nil},
		{"to": dict{"x": 1}, "limit": 2, "unsaid": []any{"anything"}},
	} {
		require.NoError(t, c.Args(args), args)
	}
	for _, b := range []struct {
		args            map[string]any
		path, want, got string
	}{
		{nil, "to", "object", "nothing: it is required"},
		{dict{"how": "bee"}, "to", "object", "nothing: it is required"},
		{dict{"to": nil}, "to", "object", "null"},
		{dict{"to": dict{"x": "far"}}, "to.x", "number", `string "far"`},
		{dict{"to": dict{}, "how": 5}, "to.x", "number", "nothing: it is required"}, // in the order of the parameters
		{dict{"to": dict{"x": 1}, "how": "dog"}, "how", `one of "crow", "bee"`, `string "dog"`},
		{dict{"to": dict{"x": 1}, "limit": "x"}, "limit", "number or null", `string "x"`},
		{dict{"to": dict{"x": 1}, "From": 1}, "From", "one of to, how, limit, unsaid", "an argument of this name"},
		{dict{"to": dict{"x": 1}, "z": 1, "b": 1}, "b", "one of to, how, limit, unsaid", "an argument of this name"},
		{dict{"to": dict{"x": 1}, "": 1}, "", "one of to, how, limit, unsaid", "an argument of this name"},
	} {
		require.Equal(t, &tool.ValidationError{Tool: "distance", Path: b.path, Expected: b.want, Got: b.got}, c.Args(b.args), "%v", b.args)
	}
}

func TestArgsOfToolsWithoutParameters(t *testing.T) {
	c, err := tool.NewChecker(tool.Spec{Name: "ping", Schema: json.RawMessage(`{}`)})
	require.NoError(t, err)
	require.NoError(t, c.Args(nil))
	want := &tool.ValidationError{Tool: "ping", Path: "a", Expected: "no argument", Got: "an argument of this name"}
	require.Equal(t, want, c.Args(dict{"a": 1}))
}

func TestArgsOfOpenTools(t *testing.T) {
	c, err := tool.NewChecker(tool.Spec{
		Name: "open", Open: true, Schema: json.RawMessage(`{"properties": {"a": {"type": "integer"}}}`),
		Params: []tool.Param{{Name: "a", Required: true}},
	})
	require.NoError(t, err)
	require.NoError(t, c.Args(dict{"a": 1, "b": 2, "c": nil}))
	require.Equal(t, &tool.ValidationError{Tool: "open", Path: "a", Expected: "integer", Got: `string "x"`}, c.Args(dict{"a": "x", "b": 1}))
	require.Error(t, c.Args(dict{"b": 1}))
}

func TestSchemasThatAreNone(t *testing.T) {
	for _, schema := range []string{"", "{", "true", "[]", `"x"`, "5"} {
		_, err := tool.NewChecker(tool.Spec{Name: "bad", Schema: json.RawMessage(schema)})
		require.ErrorContains(t, err, `snakepit: the schema of tool "bad" is no JSON object: `, schema)
	}
	c, err := tool.NewChecker(tool.Spec{Name: "bare", Schema: json.RawMessage(`{}`), Params: []tool.Param{{Name: "a"}}})
	require.NoError(t, err)
	require.NoError(t, c.Args(dict{"a": []any{1i}}), "what nothing is said of may be anything")
}

func TestBind(t *testing.T) {
	c := distance(t)
	for _, v := range []any{
		struct{ To any }{},
		struct {
			To  *struct{ X int }
			How string
		}{},
		&struct {
			To    map[string]int
			Limit *float64
		}{},
		struct {
			To     any
			Unsaid chan int
		}{},
		0, "x", // no struct: not a matter of names
	} {
		require.NoError(t, c.Bind(reflect.TypeOf(v)), "%T", v)
	}
	for _, b := range []struct {
		v               any
		path, want, got string
	}{
		{struct{ How string }{}, "to", "object", "no field of that name in struct { How string }"},
		{struct{ To, From any }{}, "from", "one of to, how, limit, unsaid", "an argument of this name"},
	} {
		require.Equal(t, &tool.ValidationError{Tool: "distance", Path: b.path, Expected: b.want, Got: b.got}, c.Bind(reflect.TypeOf(b.v)))
	}
}

func TestBindOfScalars(t *testing.T) {
	c := checker(t, `{"type": "integer", "minimum": 1}`, "")
	for _, v := range []any{one[int]{}, one[*uint8]{}, one[**int]{}, one[any]{}, one[json.Number]{}, one[lentInt]{}, one[[]int]{}} {
		require.NoError(t, c.Bind(reflect.TypeOf(v)), "%T", v)
	}
	for _, v := range []any{one[string]{}, one[bool]{}, one[float64]{}, one[*string]{}} {
		var wrong *tool.ValidationError
		require.ErrorAs(t, c.Bind(reflect.TypeOf(v)), &wrong, "%T", v)
		require.Equal(t, "v", wrong.Path)
		require.Equal(t, "integer at least 1", wrong.Expected)
		require.Contains(t, wrong.Got, "a field of type ")
	}
	require.NoError(t, checker(t, `{"type": "number"}`, "").Bind(reflect.TypeFor[one[int]]()))
	require.NoError(t, checker(t, `{"type": "string"}`, "").Bind(reflect.TypeFor[one[shy]]()))
	require.NoError(t, checker(t, `{"type": "string"}`, "").Bind(reflect.TypeFor[one[lentInt]]()), "only Python can tell")
	require.Error(t, checker(t, `{"type": "string"}`, "").Bind(reflect.TypeFor[one[int]]()))
}

func TestCheckersAreSafeForConcurrentUse(t *testing.T) {
	c := checker(t, `{"$ref": "#/$defs/Node"}`, treeDefs)
	for range 8 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			for range 200 {
				require.NoError(t, c.Param(0, dict{"value": 1, "next": dict{"value": 2}}))
				require.Error(t, c.Param(0, dict{"value": 1, "next": dict{"value": "x"}}))
			}
		})
	}
}
