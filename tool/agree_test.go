package tool_test

import (
	"context"
	"encoding/json"
	"math/big"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/tool"
)

// judges are what says yes or no to an argument: the tool, and its own schema.
type judges struct {
	tool  tool.Tool
	check *tool.Checker
}

func judgesOf[T any](t testing.TB) judges {
	t.Helper()
	j := judges{tool: tool.New("probe", "", func(context.Context, one[T]) (struct{}, error) { return struct{}{}, nil })}
	s, err := j.tool.Spec()
	require.NoError(t, err)
	j.check, err = tool.NewChecker(s)
	require.NoError(t, err)
	return j
}

type options struct {
	ID   int8     `py:"id"`
	Name *string  `py:"name"`
	Tags []string `py:"tags,omitempty"`
	At   inner    `py:"at,omitempty"`
}

// scalars are values of each kind, at the edges of the Go types.
var scalars = list{
	nil, true, false, 0, 1, -1, 127, 128, -128, -129, 255, 256, 1 << 15, 1 << 31, int64(1) << 40, 0.0, 2.5, 3.0, -0.5,
	"", "x", "12", "日本",
	[]byte{},
	[]byte("ab"), 1i, time.Second, time.Unix(0, 0).UTC(),
	uuid.UUID{1},
	value.Decimal("1.5"),
	value.Date{Year: 2024, Month: 2, Day: 29},
	new(big.Int).Lsh(big.NewInt(1), 70), json.Number("7"), json.Number("7.5"), myInt(3),
	both{"text"},
	(*int)(nil),
}

// keys are names of fields of the types below, and one of none.
var keys = []string{"x", "y", "next", "trees", "id", "name", "tags", "at", "first", "second", "other"}

// values draws what Python might send, and often something close to it.
func values(levels int) *rapid.Generator[any] {
	scalar := rapid.SampledFrom(scalars)
	if levels == 0 {
		return scalar
	}
	inside := rapid.Deferred(func() *rapid.Generator[any] { return values(levels - 1) })
	return rapid.OneOf(
		scalar,
		rapid.Map(rapid.SliceOfN(inside, 0, 3), func(l []any) any { return l }),
		rapid.Map(rapid.SliceOfN(inside, 0, 3), func(l []any) any { return value.Tuple(l) }),
		rapid.Map(rapid.MapOfN(rapid.SampledFrom(keys), inside, 0, 4), func(m map[string]any) any { return m }),
		rapid.Map(rapid.SliceOfN(rapid.Int(), 0, 3), func(l []int) any { return l }),
		rapid.Map(rapid.Float64Range(-9, 9), func(x float64) any { return inner{x, x} }),
	)
}

// What a tool takes, its own schema takes, and the other way round.
func TestToolsAgreeWithTheirSchemas(t *testing.T) {
	for name, j := range map[string]judges{
		"bool": judgesOf[bool](t), "int8": judgesOf[int8](t), "uint16": judgesOf[uint16](t), "int32": judgesOf[int32](t),
		"float64": judgesOf[float64](t), "string": judgesOf[string](t), "bytes": judgesOf[[]byte](t), "any": judgesOf[any](t),
		"strings": judgesOf[[]string](t), "bytes16": judgesOf[[]int16](t), "array": judgesOf[[2]any](t), "lists": judgesOf[lists](t),
		"map": judgesOf[map[string]int8](t), "struct": judgesOf[inner](t), "pointer": judgesOf[*inner](t), "structs": judgesOf[[]inner](t),
		"chain": judgesOf[chain](t), "forest": judgesOf[forest](t), "pair": judgesOf[pair[int8, *string]](t), "options": judgesOf[options](t),
		"maybe": judgesOf[*options](t), "big": judgesOf[big.Int](t), "text": judgesOf[both](t), "complex": judgesOf[complex128](t),
	} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(r *rapid.T) {
				v := values(3).Draw(r, "v")
				_, refused := call(t, j.tool, v)
				wrong := j.check.Param(0, v)
				if name == "lists" && refused != nil { // its schema says what the outermost list is
					return
				}
				require.Equal(r, refused == nil, wrong == nil, "the tool: %v\nits schema: %v", refused, wrong)
			})
		})
	}
}

// What Python would convert, or what JSON Schema cannot say, a schema takes though the
// tool may not.
func TestSchemasTakeWhatToolsTake(t *testing.T) {
	for name, j := range map[string]judges{
		"int": judgesOf[int](t), "uint64": judgesOf[uint64](t), "float32": judgesOf[float32](t), "time": judgesOf[time.Time](t),
		"duration": judgesOf[time.Duration](t), "date": judgesOf[value.Date](t), "uuid": judgesOf[uuid.UUID](t), "decimal": judgesOf[value.Decimal](t),
		"tuple": judgesOf[value.Tuple](t), "array of bytes": judgesOf[[2]byte](t), "number": judgesOf[json.Number](t), "dict": judgesOf[value.Dict](t),
		"map by int": judgesOf[map[int]any](t), "times": judgesOf[[]time.Time](t),
	} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(r *rapid.T) {
				v := values(2).Draw(r, "v")
				if _, refused := call(t, j.tool, v); refused == nil {
					require.NoError(r, j.check.Param(0, v))
				}
			})
		})
	}
}
