package tool_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/tool"
)

// promptly fails the test if f takes longer than anyone would wait for.
func promptly(t testing.TB, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatal("the check does not end")
	}
}

const treeRef = `{"$ref": "#/$defs/Tree"}`

const treeDef = `{"Tree": {"type": "object", "properties": {"l": {"$ref": "#/$defs/Tree"}, "r": {"$ref": "#/$defs/Tree"}, "many": {"items": {"$ref": "#/$defs/Tree"}}}}}`

// A value that holds itself is the codec's to refuse. The check ends.
func TestCyclicValues(t *testing.T) {
	m := dict{}
	m["l"], m["r"], m["many"] = m, m, list{m, m, m}
	type tree struct {
		L, R *tree
		Many []*tree
	}
	s := &tree{}
	s.L, s.R, s.Many = s, s, []*tree{s, s}
	d := value.Dict{{Key: "l"}, {Key: "r"}}
	d[0].Value, d[1].Value = d, d
	for _, v := range []any{m, s, d, list{m}, dict{"l": dict{"l": s}}} {
		promptly(t, func() { _ = checker(t, treeRef, treeDef).Param(0, v) })
	}
	l := make(list, 3)
	l[0], l[1], l[2] = l, l, l
	nested := `{"anyOf": [{"type": "integer"}, {"type": "array", "items": {"$ref": "#/$defs/L"}}]}`
	promptly(t, func() { require.NoError(t, checker(t, nested, `{"L": `+nested+`}`).Param(0, l)) })
}

type pointer *pointer

// Pointers in a circle have nothing behind them.
func TestCyclicPointers(t *testing.T) {
	var p pointer
	p = &p
	var a any
	a = &a
	for _, v := range []any{p, &p, a, list{p}, dict{"a": a}} {
		for _, schema := range []string{`{}`, `{"type": "integer"}`, `{"items": {"type": "string"}}`, `{"additionalProperties": {"minimum": 1}}`} {
			promptly(t, func() { _ = checker(t, schema, "").Param(0, v) })
		}
	}
}

// nest puts v into lists.
func nest(v any, levels int) any {
	for range levels {
		v = list{v}
	}
	return v
}

func TestDeepValues(t *testing.T) {
	for _, word := range []string{"anyOf", "oneOf"} {
		nested := fmt.Sprintf(`{%q: [{"type": "integer"}, {"type": "array", "items": {"$ref": "#/$defs/L"}}]}`, word)
		check := checker(t, nested, `{"L": `+nested+`}`)
		require.NoError(t, check.Param(0, nest(1, 40)))
		var wrong *tool.ValidationError
		require.ErrorAs(t, check.Param(0, nest("x", 40)), &wrong)
		require.Equal(t, "v"+strings.Repeat("[0]", 40), wrong.Path)
		for _, deep := range []int{66, 67, 68, 100, 200, 900, 10_000} { // beyond is left to the codec
			require.NoError(t, check.Param(0, nest(1, deep)), deep)
		}
	}
}

// Of two alternatives, the first of which nobody looks at to its end, nobody knows whether
// both fit.
func TestDeepValuesOfOneOf(t *testing.T) {
	nested := `{"oneOf": [{"type": "array", "items": {"$ref": "#/$defs/L"}}, {"type": "integer"}]}`
	check := checker(t, nested, `{"L": `+nested+`}`)
	for _, deep := range []int{40, 66, 67, 68, 200, 900} {
		require.NoError(t, check.Param(0, nest(1, deep)), deep)
	}
}

// Two lists that begin in one place are two lists.
func TestListsThatShareMemory(t *testing.T) {
	nested := `{"anyOf": [{"type": "integer"}, {"type": "array", "items": {"$ref": "#/$defs/L"}}]}`
	check := checker(t, nested, `{"L": `+nested+`}`)
	all := list{1, "x"}
	require.NoError(t, check.Param(0, nest(list{all[:1], all[:1]}, 8)))
	require.Error(t, check.Param(0, nest(list{all[:1], all}, 8)))
	require.Error(t, check.Param(0, nest(list{all, all[:1]}, 8)))
}

// A chain of optional records takes as long as it has links, also if the last is wrong.
func TestLongChains(t *testing.T) {
	check := checker(t, `{"$ref": "#/$defs/Node"}`, treeDefs)
	var chain any
	chain = dict{"value": "wrong"}
	for range 45 {
		chain = dict{"value": 1, "next": chain}
	}
	promptly(t, func() {
		var wrong *tool.ValidationError
		require.ErrorAs(t, check.Param(0, chain), &wrong)
		require.Equal(t, "v"+strings.Repeat(".next", 45)+".value", wrong.Path)
		require.Equal(t, "integer", wrong.Expected)
	})
}

// Alternatives that differ late only cannot be told apart early.
func TestAlternativesInAlternatives(t *testing.T) {
	for _, word := range []string{"anyOf", "oneOf"} {
		next := fmt.Sprintf(`{%q: [{"$ref": "#/$defs/A"}, {"$ref": "#/$defs/B"}, {"type": "null"}]}`, word)
		record := `{"type": "object", "properties": {"next": ` + next + `, "%s": {"type": "integer"}}, "required": ["next"]}`
		defs := fmt.Sprintf(`{"A": `+record+`, "B": `+record+`}`, "a", "b")
		check := checker(t, next, defs)
		for _, last := range []any{nil, 5, dict{}} {
			chain := last
			for range 60 {
				chain = dict{"next": chain}
			}
			promptly(t, func() { _ = check.Param(0, chain) })
		}
	}
}

// Definitions that double each other.
func TestManyLaughs(t *testing.T) {
	for _, word := range []string{"anyOf", "oneOf", "allOf"} {
		var defs []string
		for i := range 60 {
			defs = append(defs, fmt.Sprintf(`"D%d": {%q: [{"$ref": "#/$defs/D%d"}, {"$ref": "#/$defs/D%d"}]}`, i, word, i+1, i+1))
		}
		all := "{" + strings.Join(defs, ",") + `, "D60": {"type": "integer"}}`
		check := checker(t, `{"$ref": "#/$defs/D0"}`, all)
		promptly(t, func() {
			_ = check.Param(0, "x")
			_ = check.Param(0, 1)
			_ = check.Args(nil)
		})
	}
}

// Schemas nest as deep as JSON can.
func TestDeepSchemas(t *testing.T) {
	for _, step := range []string{`{"items":%s}`, `{"anyOf":[%s]}`, `{"properties":{"a":%s}}`} {
		before, after, _ := strings.Cut(step, "%s")
		schema := strings.Repeat(before, 2000) + `{"type":"null"}` + strings.Repeat(after, 2000)
		check := checker(t, schema, "")
		promptly(t, func() { _ = check.Param(0, nest(1, 3000)) })
	}
}
