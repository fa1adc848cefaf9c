package docs_test

import (
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	zarrow "github.com/gosnakepit/snakepit/zerocopy/arrow"
)

// TestArrow sends a record there and back.
func TestArrow(t *testing.T) {
	rt, ctx := open(t, "tables", snakepit.Config{}), t.Context()
	b := array.NewInt64Builder(zarrow.Allocator)
	b.AppendValues([]int64{1, 2, 3}, nil)
	column := b.NewArray()
	defer column.Release()
	schema := arrow.NewSchema([]arrow.Field{{Name: "n", Type: arrow.PrimitiveTypes.Int64}}, nil)
	rec := array.NewRecord(schema, []arrow.Array{column}, 3)
	defer rec.Release()

	v, err := zarrow.Wrap(rec)
	require.NoError(t, err)
	defer v.Release()
	made, err := rt.Call(ctx, "tables:doubled", v)
	require.NoError(t, err)
	defer made.(*snakepit.Object).Release()
	back, err := zarrow.AsRecord(made)
	require.NoError(t, err)
	defer back.Release()

	require.Equal(t, "[2 4 6]", back.Column(1).String())
	require.Equal(t, &rec.Column(0).Data().Buffers()[1].Bytes()[0], &back.Column(0).Data().Buffers()[1].Bytes()[0])
}
