package tool_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/gosnakepit/snakepit/tool"
)

// A tool is described by its Go types.
func ExampleNew() {
	tokenize := tool.New("tokenize", "split text into words",
		func(_ context.Context, in struct {
			Text  string `doc:"what to split"`
			Limit int    `py:"limit,omitempty" doc:"how many words at most"`
		},
		) ([]string, error) {
			return strings.Fields(in.Text), nil
		})
	spec, err := tokenize.Spec()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(spec.Name, "-", spec.Description)
	for _, p := range spec.Params {
		fmt.Println(p.Name, p.Required, string(p.Schema))
	}
	fmt.Println(string(spec.Result))
	// Output:
	// tokenize - split text into words
	// text true {"description":"what to split","type":"string"}
	// limit false {"description":"how many words at most","type":"integer"}
	// {"items":{"type":"string"},"type":"array"}
}

// What cannot be a tool says why.
func ExampleTool_Spec() {
	bad := tool.New("add two", "", func(_ context.Context, in int) (int, error) { return in, nil })
	_, err := bad.Spec()
	fmt.Println(err)
	// Output:
	// snakepit: "add two" is no name for a tool: byte 3 is ' '; letters, digits, and after the first _ . - are allowed
	// snakepit: tool "add two": its argument is a int; want a struct, or a map with string keys
}

func ExampleChecker_Args() {
	check, err := tool.NewChecker(tool.Spec{
		Name:   "order",
		Schema: json.RawMessage(`{"properties": {"items": {"type": "array", "items": {"properties": {"count": {"type": "integer"}}}}}}`),
		Params: []tool.Param{{Name: "items", Required: true}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	type item struct{ Count any }
	fmt.Println(check.Args(map[string]any{"items": []item{{1}, {2}}}))
	fmt.Println(check.Args(map[string]any{"items": []item{{1}, {2.5}}}))
	fmt.Println(check.Args(map[string]any{"itms": nil}))
	// Output:
	// <nil>
	// snakepit: tool "order": argument items[1].count: expected integer, got float64 2.5
	// snakepit: tool "order": argument items: expected array, got nothing: it is required
}

func ExampleValidationError() {
	check, err := tool.NewChecker(tool.Spec{
		Name: "travel", Schema: json.RawMessage(`{"properties": {"how": {"enum": ["crow", "bee"]}}}`), Params: []tool.Param{{Name: "how"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = check.Args(map[string]any{"how": "dog"})
	if wrong, ok := errors.AsType[*tool.ValidationError](err); ok {
		fmt.Println(wrong.Path, "|", wrong.Expected, "|", wrong.Got)
	}
	// Output: how | one of "crow", "bee" | string "dog"
}
