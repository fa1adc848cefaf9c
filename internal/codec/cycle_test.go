package codec_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
)

type (
	chain  struct{ Next *chain }
	ring   *ring
	nested []nested
	tree   map[string]tree
)

// TestCycles says of each that it contains itself, before much was written.
func TestCycles(t *testing.T) {
	list := []any{make([]float64, 1000), nil}
	list[1] = list
	dict := map[string]any{}
	dict["a"] = []any{dict}
	typed := nested{nil}
	typed[0] = typed
	forest := tree{}
	forest["x"] = tree{"y": forest}
	link := &chain{}
	link.Next = &chain{&chain{&chain{link}}}
	var loop ring
	loop = &loop
	var self any
	self = &self
	tuple := value.Tuple{nil}
	tuple[0] = value.Dict{{Key: 1, Value: tuple}}
	mixed := map[int]any{}
	mixed[0] = struct{ A *[]any }{&[]any{mixed}}
	wide := make([]any, 100)
	for i := range wide {
		wide[i] = wide
	}
	for name, v := range map[string]any{
		"list": list, "dict": dict, "slice": typed, "map": forest, "pointers": link, "pointer": loop,
		"interface": self, "tuple": tuple, "mixed": mixed, "wide": wide,
	} {
		t.Run(name, func(t *testing.T) {
			f := wire.NewFrame()
			defer f.Recycle()
			f.CopyIn = true
			err := codec.Encode(f, v, "args[0]")
			var c *value.ConversionError
			require.ErrorAs(t, err, &c)
			require.Equal(t, "a cycle", c.Got)
			require.Equal(t, "a value that does not contain itself", c.Want)
			require.True(t, strings.HasPrefix(c.Path, "args[0]"), c.Path)
			require.Less(t, len(c.Path), 300)
			require.Less(t, len(f.In), 1<<20)
		})
	}
}

// TestNoCycle sends values that hold things twice, and things that share an
// address with what they are in.
func TestNoCycle(t *testing.T) {
	shared := []any{1}
	for range 200 {
		shared = []any{shared}
	}
	v := []any{shared, shared}
	require.Equal(t, dynamic(t, v, false).([]any)[0], dynamic(t, v, false).([]any)[1])

	type first struct {
		A [1]struct{ B [1]struct{ C int } }
	}
	var deep any = first{}
	for range 100 {
		deep = &struct{ A any }{deep}
	}
	dynamic(t, deep, false)

	for pad := range 70 { // one of them has its mark where the addresses are equal
		var v any = &first{}
		for range pad {
			v = []any{v}
		}
		dynamic(t, v, false)
	}
}

func TestDepth(t *testing.T) {
	for _, depth := range []int{999, 1000, 1001, 5000} {
		list, dict, link := any(1), any(1), &chain{}
		for i := range depth {
			list, dict = []any{list}, map[string]any{"a": dict}
			if i > 0 {
				link = &chain{link}
			}
		}
		for name, v := range map[string]any{"list": list, "dict": dict, "struct": link, "tuples": tuples(depth), "map": trees(depth)} {
			f := wire.NewFrame()
			err := codec.Encode(f, v, "args[0]")
			if depth > 1000 {
				require.ErrorContains(t, err, "want at most 1000 levels, got a value nested deeper than 1000 levels", name)
				require.Less(t, len(err.Error()), 400, name)
			} else {
				require.NoError(t, err, name)
				ret, _ := result(f)
				r := wire.NewReader(ret)
				_, err = codec.Decode(&r)
				require.NoError(t, err, name)
			}
			f.Recycle()
		}
	}
}

func tuples(depth int) any {
	v := value.Tuple{}
	for range depth - 1 {
		v = value.Tuple{v}
	}
	return v
}

func trees(depth int) any {
	v := tree{}
	for range depth - 1 {
		v = tree{"a": v}
	}
	return v
}

// TestDecodeDepth reads nesting that no encoder of ours writes.
func TestDecodeDepth(t *testing.T) {
	level := []byte{byte(wire.List), 1, 0, 0, 0, 0, 0, 0, 0}
	buf := []byte(strings.Repeat(string(level), 1001) + string([]byte{byte(wire.None)}))
	for _, typ := range []reflect.Type{reflect.TypeFor[any](), reflect.TypeFor[nested](), reflect.TypeFor[value.Tuple]()} {
		_, err := decodeRet(t, &wire.Ret{Tag: wire.Encoded, Buf: buf}, typ)
		require.Error(t, err)
		if typ.Kind() != reflect.Slice || typ == reflect.TypeFor[nested]() {
			require.ErrorContains(t, err, "nested deeper than 1000 levels")
		}
	}
}
