package tool_test

import (
	"context"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/tool"
)

// refused is why a tool with these types is none.
func refused[In, Out any](name string) error {
	_, err := tool.New(name, "", func(context.Context, In) (o Out, _ error) { return o, nil }).Spec()
	return err
}

type private struct{ a int }

var _ = private{a: 1}

func TestTypesRefused(t *testing.T) {
	for _, c := range []struct {
		err error
		why string
	}{
		{refused[int, int]("add"), `snakepit: tool "add": its argument is a int; want a struct, or a map with string keys`},
		{refused[string, int]("add"), `its argument is a string; want a struct`},
		{refused[any, int]("add"), `its argument is a interface {}; want a struct`},
		{refused[[]int, int]("add"), `its argument is a []int; want a struct`},
		{refused[*outer, int]("add"), `its argument is a *tool_test.outer; want a struct`},
		{refused[map[int]string, int]("add"), `its argument is a map[int]string; want a struct, or a map with string keys`},
		{refused[map[any]any, int]("add"), `its argument is a map[interface {}]interface {}; want a struct`},
		{refused[value.Dict, int]("add"), `its argument is a value.Dict; want a struct`},
		{refused[value.Date, int]("add"), `its argument is a value.Date; want a struct`},
		{refused[func(), int]("add"), `its argument is a func(); want a struct`},
		{refused[one[func()], int]("add"), `tool "add": snakepit: argument.V: want a type that can cross to Python, got func()`},
		{refused[one[[]chan int], int]("add"), `tool "add": snakepit: argument.V[]: want a type that can cross to Python, got chan int`},
		{refused[map[string]func(), int]("add"), `tool "add": snakepit: argument`},
		{refused[private, int]("add"), `want a type that can cross to Python, got tool_test.private, which has no exported field`},
		{refused[struct {
			A int `py:"a,omit"`
		}, int]("add"), `unknown option "omit" in its py tag`},
		{refused[struct {
			A int `py:"x"`
			B int `py:"x"`
		}, int]("add"), `want fields with names of their own`},
		{refused[struct{}, iter.Seq[int]]("add"), `tool "add": its result is a iter.Seq[int]; an iterator ends with the call it belongs to: want a slice`},
		{refused[struct{}, <-chan int]("add"), `its result is a <-chan int; an iterator ends with the call`},
		{refused[struct{}, one[[]chan int]]("add"), `an iterator ends with the call it belongs to: want a slice`},
		{refused[struct{}, func()]("add"), `tool "add": snakepit: result: want a type that can cross to Python, got func()`},
		{refused[struct{}, private]("add"), `tool "add": snakepit: result: want a type that can cross to Python, got tool_test.private`},
		{refused[struct{}, one[func(int)]]("add"), `tool "add": snakepit: result.V: want a type`},
	} {
		require.ErrorContains(t, c.err, c.why)
	}
	var c *value.ConversionError
	require.ErrorAs(t, refused[one[func()], int]("add"), &c)
	require.Equal(t, "argument.V", c.Path)
}

// All that is wrong is said at once.
func TestAllFaultsOfATool(t *testing.T) {
	err := refused[int, func()]("no name")
	require.ErrorContains(t, err, "is no name for a tool")
	require.ErrorContains(t, err, "its argument is a int")
	require.ErrorContains(t, err, "result")
	_, err = tool.New[struct{}, int]("nothing", "", nil).Spec()
	require.EqualError(t, err, `snakepit: tool "nothing": its function is nil`)
}

func TestZeroTool(t *testing.T) {
	var zero tool.Tool
	require.Empty(t, zero.Name())
	_, err := zero.Spec()
	require.EqualError(t, err, "snakepit: the zero value of tool.Tool is no tool; make one with tool.New")
}

func TestNewIsSafeForConcurrentUse(t *testing.T) {
	want := specWith[outer, inner](t)
	for range 8 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			for range 50 {
				require.Equal(t, want, specWith[outer, inner](t))
			}
		})
	}
}

func TestValidationError(t *testing.T) {
	behind := context.Canceled
	err := &tool.ValidationError{Tool: "add", Path: "items[3].name", Expected: "string", Got: "int 5", Err: behind}
	require.EqualError(t, err, `snakepit: tool "add": argument items[3].name: expected string, got int 5`)
	require.ErrorIs(t, err, behind)
	require.Equal(t, "add", err.ToolName())
	err.Path = ""
	require.EqualError(t, err, `snakepit: tool "add": arguments: expected string, got int 5`)
	require.NoError(t, (&tool.ValidationError{}).Unwrap())
}
