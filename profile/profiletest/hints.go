package profiletest

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/tool"
)

const dialect = "https://json-schema.org/draft/2020-12/schema"

// hinted is a tool of the module hinted: its schema holds mention, it says said of
// right, and refuses wrong at path.
type hinted struct {
	tool, mention string
	right         any
	said          string
	wrong         any
	path          string
}

func hintedTools() []hinted {
	leaf := map[string]any{"leaf": map[string]any{"name": "oak"}}
	deep := map[string]any{"leaf": map[string]any{"name": "a"}, "next": map[string]any{"leaf": map[string]any{"name": 7}}}
	return []hinted{
		{"of_dataclass", `"$ref"`, leaf, "Leaf Leaf(name='oak', weight=1.0, tags=[])", deep, "v.next.leaf.name"},
		{"of_typeddict", `"width"`, map[string]any{"width": 2}, "dict {'width': 2}", map[string]any{"wide": 2}, "v.wide"},
		{"of_namedtuple", `"left"`, map[string]any{"left": 2}, "Pair Pair(left=2, right='r')", map[string]any{"left": "x"}, "v.left"},
		{"of_enum", `"enum":["red","blue"]`, "red", "Colour <Colour.RED: 'red'>", "green", "v"},
		{"of_literal", `"enum":["a",1,null]`, nil, "NoneType None", "b", "v"},
		{"of_optional", `"null"`, nil, "NoneType None", "x", "v"},
		{"of_union", `"anyOf"`, []string{"x"}, "list ['x']", 1.5, "v"},
		{"of_annotated", `"how many"`, 3, "int 3", "x", "v"},
		{"of_coroutine", `"left"`, map[string]any{"left": 2, "right": "x"}, "Pair Pair(left=2, right='x')", map[string]any{}, "v.left"},
	}
}

// hints checks each kind of type hint from both ends: what is listed, what the tool is
// given, and what is refused before it runs.
func (s *suite) hints(t *testing.T) {
	rt := s.open(t, "hinted", snakepit.PoolConfig{Workers: 1})
	listed := map[string]tool.Spec{}
	for _, spec := range rt.Tools() {
		listed[spec.Name] = spec
	}
	for _, h := range hintedTools() {
		t.Run(h.tool, func(t *testing.T) { h.check(t, rt, listed[h.tool]) })
	}
}

func (h hinted) check(t *testing.T, rt *snakepit.Runtime, spec tool.Spec) {
	requireSchema(t, spec, h.mention)
	requireExecute(t, rt, h.said, h.tool, snakepit.Args{"v": h.right})
	before := execute(t, rt, "how_many", nil)
	_, err := rt.Execute(t.Context(), h.tool, snakepit.Args{"v": h.wrong})
	var wrong *snakepit.ValidationError
	require.ErrorAs(t, err, &wrong)
	require.Equal(t, []string{h.tool, h.path}, []string{wrong.Tool, wrong.Path})
	require.NotEmpty(t, wrong.Expected)
	require.NotEmpty(t, wrong.Got)
	require.Equal(t, before, execute(t, rt, "how_many", nil), "the tool has not run")
}

// requireSchema wants the schema of a tool's arguments to be one, and to mention a text.
func requireSchema(t *testing.T, spec tool.Spec, mention string) {
	t.Helper()
	var schema map[string]any
	require.NoError(t, json.Unmarshal(spec.Schema, &schema))
	require.Equal(t, dialect, schema["$schema"])
	require.Equal(t, "object", schema["type"])
	text, err := json.Marshal(schema) // without spaces
	require.NoError(t, err)
	require.Contains(t, string(text), mention)
}
