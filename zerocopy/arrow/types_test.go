//go:build cgo

package zarrow_test

import (
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/stretchr/testify/require"

	zarrow "github.com/gosnakepit/snakepit/zerocopy/arrow"
)

// TestTypes sends an array of each type through C and back, whole and in slices.
func TestTypes(t *testing.T) {
	for _, s := range samples {
		t.Run(s.name, func(t *testing.T) {
			mem := clean(t)
			arr := s.build(t, mem)
			defer arr.Release()
			n := int64(arr.Len())
			for _, ends := range [][2]int64{{0, n}, {1, n}, {1, n - 1}, {0, 0}, {n, n}} {
				part := array.NewSlice(arr, ends[0], ends[1])
				through(t, part)
				part.Release()
			}
		})
	}
}

func through(t *testing.T, arr arrow.Array) {
	t.Helper()
	v := wrap(t, arr)
	got, err := zarrow.AsArray(loop{v})
	require.NoError(t, err)
	v.Release()
	defer got.Release()
	require.True(t, arrow.TypeEqual(arr.DataType(), got.DataType(), arrow.CheckMetadata()), "%v, not %v", got.DataType(), arr.DataType())
	require.True(t, array.Equal(arr, got), "%v, not %v", got, arr)
	require.Equal(t, arr.NullN(), got.NullN())
	sameMemory(t, arr.Data(), got.Data(), "array")
	require.NoError(t, zarrow.Validate(got))
}

// TestTypesInRecord has them all as columns of records, which are read as arrays,
// streams and tables.
func TestTypesInRecord(t *testing.T) {
	for _, s := range samples {
		t.Run(s.name, func(t *testing.T) {
			mem := clean(t)
			arr := s.build(t, mem)
			defer arr.Release()
			schema := arrow.NewSchema([]arrow.Field{withTags("a", s.dt), withTags("b", s.dt)}, &tags)
			rec := array.NewRecord(schema, []arrow.Array{arr, arr}, int64(arr.Len()))
			defer rec.Release()
			part := rec.NewSlice(1, rec.NumRows())
			defer part.Release()
			v := wrap(t, part)
			defer v.Release()
			got, err := zarrow.AsRecord(streamed{v})
			require.NoError(t, err)
			defer got.Release()
			require.True(t, schema.Equal(got.Schema()), "%v", got.Schema())
			require.True(t, array.RecordEqual(part, got))
		})
	}
}
