package tool_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/tool"
)

// missing stands for an argument that is not given.
type missing struct{}

// sent are the values as Python sends them.
func sent(t testing.TB, values ...any) *wire.Ret {
	t.Helper()
	f := wire.NewFrame()
	t.Cleanup(f.Recycle)
	f.CopyIn = true
	for _, v := range values {
		if v == (missing{}) {
			codec.PutMissing(f)
			continue
		}
		require.NoError(t, codec.Encode(f, v, "sent"))
	}
	return &wire.Ret{Tag: wire.Encoded, Buf: f.In[wire.HeaderSize:]}
}

// call runs a tool and reads its result.
func call(t testing.TB, made tool.Tool, values ...any) (any, error) {
	t.Helper()
	r := wire.NewReader(sent(t, values...))
	f := wire.NewFrame()
	defer f.Recycle()
	before := len(f.In)
	if err := made.Call(t.Context(), &r, len(values), f); err != nil {
		require.Len(t, f.In, before, "nothing is left of a result that failed")
		return nil, err
	}
	require.Zero(t, r.Rest())
	back := wire.NewReader(&wire.Ret{Tag: wire.Encoded, Buf: f.In[before:]})
	return codec.Decode(&back)
}

type sumIn struct {
	A, B int
	Less *int
	By   int `py:"by,omitempty"`
}

func sum(_ context.Context, in sumIn) (int, error) {
	if in.Less != nil {
		in.A -= *in.Less
	}
	return (in.A + in.B) * max(in.By, 1), nil
}

func TestCalls(t *testing.T) {
	add := tool.New("add", "", sum)
	for _, c := range []struct {
		args []any
		want any
	}{
		{list{1, 2, missing{}, missing{}}, int64(3)},
		{list{1, 2, nil, missing{}}, int64(3)},
		{list{1, 2, 3, 10}, int64(0)},
		{list{4, 2, 3, 10}, int64(30)},
	} {
		got, err := call(t, add, c.args...)
		require.NoError(t, err)
		require.Equal(t, c.want, got, c.args)
	}
	open := tool.New("open", "", func(_ context.Context, in map[string]any) (int, error) { return len(in), nil })
	got, err := call(t, open, dict{"x": 1, "y": 2})
	require.NoError(t, err)
	require.Equal(t, int64(2), got)
	got, err = call(t, named("ping"))
	require.NoError(t, err)
	require.Nil(t, got)
}

func TestCallsWithWrongArguments(t *testing.T) {
	add := tool.New("add", "", sum)
	for _, c := range []struct {
		args []any
		want tool.ValidationError
	}{
		{list{"x", 2, missing{}, missing{}}, tool.ValidationError{Path: "a", Expected: "int", Got: `str "x"`}},
		{list{1, 2.5, missing{}, missing{}}, tool.ValidationError{Path: "b", Expected: "int", Got: "float 2.5"}},
		{list{1, true, missing{}, missing{}}, tool.ValidationError{Path: "b", Expected: "int", Got: "bool True"}},
		{list{1, missing{}, missing{}, missing{}}, tool.ValidationError{Expected: `key "b"`, Got: "no such key"}},
		{list{1, 2, missing{}, nil}, tool.ValidationError{Path: "by", Expected: "int", Got: "None"}},
	} {
		_, err := call(t, add, c.args...)
		var wrong *tool.ValidationError
		require.ErrorAs(t, err, &wrong, "%v", c.args)
		var behind *value.ConversionError
		require.ErrorAs(t, wrong.Err, &behind)
		c.want.Tool, c.want.Err = "add", wrong.Err
		require.Equal(t, c.want, *wrong)
	}
	deep := tool.New("deep", "", func(context.Context, one[[]outer]) (any, error) { panic("it must not run") })
	_, err := call(t, deep, list{dict{"id": "x"}})
	require.ErrorContains(t, err, `snakepit: tool "deep": argument v[0].id: expected int, got str "x"`)
}

func TestErrorsOfCalls(t *testing.T) {
	mine := errors.New("mine")
	fails := tool.New("fails", "", func(context.Context, struct{}) (int, error) { return 7, mine })
	_, err := call(t, fails)
	require.Equal(t, mine, err, "as it is")
	bad := tool.New("bad", "", func(context.Context, struct{}) ([]any, error) { return list{1, "\xff"}, nil })
	_, err = call(t, bad)
	var c *value.ConversionError
	require.ErrorAs(t, err, &c, "what it gives cannot cross")
	var wrong *tool.ValidationError
	require.NotErrorAs(t, err, &wrong, "the arguments were fine")
	_, err = call(t, tool.New("add", "", sum), 1, 2) // too few values: a bug of the other side
	require.ErrorIs(t, err, wire.ErrGarbled)
}

// What one call got, no later call sees.
func TestCallsAreAlone(t *testing.T) {
	type in struct {
		Keep *int
		All  []int `py:"all,omitempty"`
	}
	seen := tool.New("seen", "", func(_ context.Context, in in) (bool, error) { return in.Keep != nil || in.All != nil, nil })
	for range 100 {
		got, err := call(t, seen, 1, list{1, 2})
		require.NoError(t, err)
		require.Equal(t, true, got)
		got, err = call(t, seen, missing{}, missing{})
		require.NoError(t, err)
		require.Equal(t, false, got)
	}
}

func TestCallsThatPanic(t *testing.T) {
	first := true
	panics := tool.New("panics", "", func(_ context.Context, in one[*int]) (bool, error) {
		if first {
			first = false
			panic("oops")
		}
		return in.V == nil, nil
	})
	require.PanicsWithValue(t, "oops", func() { _, _ = call(t, panics, 5) })
	got, err := call(t, panics, missing{})
	require.NoError(t, err)
	require.Equal(t, true, got)
}

func TestContextOfCalls(t *testing.T) {
	type key struct{}
	asks := tool.New("asks", "", func(ctx context.Context, _ struct{}) (any, error) { return ctx.Value(key{}), ctx.Err() })
	ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "mine"))
	r := wire.NewReader(sent(t))
	f := wire.NewFrame()
	defer f.Recycle()
	require.NoError(t, asks.Call(ctx, &r, 0, f))
	cancel()
	require.ErrorIs(t, asks.Call(ctx, &r, 0, f), context.Canceled)
}
