package tool_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/tool"
)

// twoInts is the checker of a tool that adds, and arguments for it.
func twoInts(t testing.TB) (*tool.Checker, map[string]any) {
	t.Helper()
	c, err := tool.NewChecker(tool.Spec{
		Name: "add", Schema: json.RawMessage(`{"properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}}`),
		Params: []tool.Param{{Name: "a", Required: true}, {Name: "b"}},
	})
	require.NoError(t, err)
	return c, map[string]any{"a": 1 << 40, "b": 2}
}

// Arguments that fit cost nothing but the look at them.
func TestCheckAllocatesNothing(t *testing.T) {
	c, args := twoInts(t)
	require.Zero(t, testing.AllocsPerRun(100, func() { _ = c.Args(args) }))
	for schema, v := range map[string]any{
		`{"type": "string"}`:                             "x",
		`{"type": "number"}`:                             1.5,
		`{"type": "boolean"}`:                            true,
		`{"type": ["integer", "null"]}`:                  5,
		`{"type": "array", "items": {"type": "number"}}`: make([]float64, 100),
		`{"type": "array"}`:                              make([]any, 100),
		`{"type": "object"}`:                             dict{"a": 1},
		`{"type": "string", "contentEncoding": "base64", "x-python": "bytes"}`: []byte("x"),
	} {
		check := checker(t, schema, "")
		require.NoError(t, check.Param(0, v))
		require.Zero(t, testing.AllocsPerRun(100, func() { _ = check.Param(0, v) }), schema)
	}
}

func BenchmarkCheckTwoInts(b *testing.B) {
	c, args := twoInts(b)
	b.Run("Args", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = c.Args(args)
		}
	})
	b.Run("Param", func(b *testing.B) {
		first, second := args["a"], args["b"]
		b.ReportAllocs()
		for b.Loop() {
			_ = c.Param(0, first)
			_ = c.Param(1, second)
		}
	})
}

func BenchmarkCheckNested(b *testing.B) {
	c := checker(b, `{"$ref": "#/$defs/Node"}`, treeDefs)
	var v any = dict{"value": 1, "next": nil, "kids": list{dict{"value": 2}, dict{"value": 3}}}
	b.ReportAllocs()
	for b.Loop() {
		_ = c.Param(0, v)
	}
}

// BenchmarkToolCall is what a call of a Go tool costs in Go: the arguments are read, the
// function runs, the result is written.
func BenchmarkToolCall(b *testing.B) {
	type in struct{ A, B int }
	add := tool.New("add", "", func(_ context.Context, in in) (int, error) { return in.A + in.B, nil })
	ret, ctx := sent(b, 1<<40, 2), b.Context()
	f := wire.NewFrame()
	defer f.Recycle()
	start := len(f.In)
	var r wire.Reader
	b.ReportAllocs()
	for b.Loop() {
		r.Start(ret)
		if err := add.Call(ctx, &r, 2, f); err != nil {
			b.Fatal(err)
		}
		f.In = f.In[:start]
	}
}

func BenchmarkNewChecker(b *testing.B) {
	s := specOf(`{"$ref": "#/$defs/Node"}`, treeDefs)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := tool.NewChecker(s); err != nil {
			b.Fatal(err)
		}
	}
}
