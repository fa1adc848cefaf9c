package tool_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/tool"
)

// branches is a value that is a leaf, or has two of its kind.
const branches = `{"$defs": {
	"T": {"anyOf": [{"$ref": "#/$defs/A"}, {"$ref": "#/$defs/B"}, {"type": "integer"}]},
	"A": {"type": "object", "properties": {"l": {"$ref": "#/$defs/T"}, "r": {"$ref": "#/$defs/T"}}, "required": ["l", "r"]},
	"B": {"type": "object", "properties": {"l": {"$ref": "#/$defs/T"}, "r": {"$ref": "#/$defs/T"}, "x": {"type": "null"}}, "required": ["x"]}
}, "properties": {"v": {"$ref": "#/$defs/T"}}}`

func branchChecker(t *testing.T) *tool.Checker {
	c, err := tool.NewChecker(tool.Spec{Name: "t", Schema: []byte(branches), Params: []tool.Param{{Name: "v", Schema: json.RawMessage("true")}}})
	require.NoError(t, err)
	return c
}

// soon fails a check that looks at the same things again and again.
func soon(t *testing.T, check func() error) (err error) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		err = check()
	}()
	select {
	case <-done:
		return err
	case <-time.After(20 * time.Second):
		t.Fatal("the check has no end")
		return nil
	}
}

func TestAlternativesWithinAlternatives(t *testing.T) {
	c := branchChecker(t)
	var deep any = "no integer"
	for range 40 {
		deep = map[string]any{"l": deep, "r": 1}
	}
	err := soon(t, func() error { return c.Args(map[string]any{"v": deep}) })
	var wrong *tool.ValidationError
	require.ErrorAs(t, err, &wrong)
	require.Contains(t, wrong.Path, "v.l.l.l")
}

func TestValuesThatHoldThemselves(t *testing.T) {
	c := branchChecker(t)
	round := map[string]any{}
	round["l"], round["r"], round["again"] = round, round, round
	require.NoError(t, soon(t, func() error { return c.Args(map[string]any{"v": round}) }))
	list := make([]any, 50)
	for i := range list {
		list[i] = list
	}
	require.NoError(t, soon(t, func() error { return c.Args(map[string]any{"v": map[string]any{"l": 1, "r": 2, "x": list}}) }))
}
