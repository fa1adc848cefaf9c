package docs_test

import (
	"testing"
	"unsafe"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/cdata"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	zarrow "github.com/gosnakepit/snakepit/zerocopy/arrow"
	"github.com/gosnakepit/snakepit/zerocopy/rawarrow"
)

// numbers is a record with one column.
func numbers(t *testing.T, values ...int64) arrow.Record {
	b := array.NewInt64Builder(zarrow.Allocator)
	defer b.Release()
	b.AppendValues(values, nil)
	column := b.NewArray()
	defer column.Release()
	schema := arrow.NewSchema([]arrow.Field{{Name: "n", Type: arrow.PrimitiveTypes.Int64}}, nil)
	rec := array.NewRecord(schema, []arrow.Array{column}, int64(len(values)))
	t.Cleanup(rec.Release)
	return rec
}

// first is where the values of the first column are.
func first(rec arrow.Record) *byte { return &rec.Column(0).Data().Buffers()[1].Bytes()[0] }

// TestArrow sends a record there and back.
func TestArrow(t *testing.T) {
	rt, ctx := open(t, "tables", snakepit.Config{}), t.Context()
	rec := numbers(t, 1, 2, 3)

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
	require.Equal(t, first(rec), first(back))
}

// TestArrowReader sends a stream there and back.
func TestArrowReader(t *testing.T) {
	rt, ctx := open(t, "tables", snakepit.Config{}), t.Context()
	rec := numbers(t, -1, 0, 1)
	reader, err := array.NewRecordReader(rec.Schema(), []arrow.Record{rec, rec})
	require.NoError(t, err)
	defer reader.Release()
	rows := 0

	v, err := zarrow.Wrap(reader)
	require.NoError(t, err)
	defer v.Release()
	made, err := rt.Call(ctx, "tables:positive", v)
	require.NoError(t, err)
	defer made.(*snakepit.Object).Release()
	positive, err := zarrow.AsReader(made)
	require.NoError(t, err)
	defer positive.Release()
	for positive.Next() {
		rows += int(positive.Record().NumRows())
	}
	require.NoError(t, positive.Err())

	require.Equal(t, 2, rows)
}

// TestRawArrow sends a record by the addresses of its structs.
func TestRawArrow(t *testing.T) {
	rt, ctx := open(t, "tables", snakepit.Config{}), t.Context()
	rec := numbers(t, 1, 2, 3)

	var schema cdata.CArrowSchema
	var arr cdata.CArrowArray
	cdata.ExportArrowRecordBatch(rec, &arr, &schema)
	v, err := rawarrow.ImportFrom(unsafe.Pointer(&schema), unsafe.Pointer(&arr))
	require.NoError(t, err)
	defer v.Release()
	made, err := rt.Call(ctx, "tables:doubled", v)
	require.NoError(t, err)
	defer made.(*snakepit.Object).Release()
	require.NoError(t, rawarrow.ExportTo(made, unsafe.Pointer(&schema), unsafe.Pointer(&arr)))
	back, err := cdata.ImportCRecordBatch(&arr, &schema)
	require.NoError(t, err)
	defer back.Release()

	require.Equal(t, "[2 4 6]", back.Column(1).String())
	require.Equal(t, first(rec), first(back))
}
