//go:build cgo

package zarrow_test

import (
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/stretchr/testify/require"

	zarrow "github.com/gosnakepit/snakepit/zerocopy/arrow"
)

func TestRecordThereAndBack(t *testing.T) {
	mem := clean(t)
	rec := numbers(mem, 10)
	defer rec.Release()
	v := wrap(t, rec)
	got, err := zarrow.AsRecord(loop{v})
	require.NoError(t, err)
	v.Release()
	require.Equal(t, int64(1), zarrow.Live().Arrays, "the consumer holds it, not the value")
	require.Positive(t, zarrow.Live().LentBytes)
	require.True(t, array.RecordEqual(rec, got))
	require.True(t, rec.Schema().Equal(got.Schema()))
	for i, col := range rec.Columns() {
		sameMemory(t, col.Data(), got.Column(i).Data(), rec.ColumnName(i))
	}
	got.Release()
	require.Zero(t, zarrow.Live())
}

// TestOutlives drops the program's record while the consumer reads.
func TestOutlives(t *testing.T) {
	mem := clean(t)
	rec := numbers(mem, 1000)
	v := wrap(t, rec)
	rec.Release()
	got, err := zarrow.AsRecord(loop{v})
	require.NoError(t, err)
	v.Release()
	column := got.Column(1)
	column.Retain()
	got.Release()
	require.Equal(t, "text 999", column.(*array.String).Value(999))
	column.Release()
}

func TestSlices(t *testing.T) {
	mem := clean(t)
	rec := numbers(mem, 100)
	defer rec.Release()
	for _, ends := range [][2]int64{{0, 0}, {0, 1}, {7, 8}, {9, 100}, {50, 50}, {100, 100}} {
		part := rec.NewSlice(ends[0], ends[1])
		v := wrap(t, part)
		got, err := zarrow.AsRecord(loop{v})
		require.NoError(t, err)
		require.True(t, array.RecordEqual(part, got), "%v", ends)
		got.Release()
		v.Release()
		part.Release()
	}
}

// TestNoColumns keeps the number of rows.
func TestNoColumns(t *testing.T) {
	clean(t)
	meta := arrow.NewMetadata([]string{"k"}, []string{"v"})
	rec := array.NewRecord(arrow.NewSchema(nil, &meta), nil, 42)
	defer rec.Release()
	v := wrap(t, rec)
	defer v.Release()
	got, err := zarrow.AsRecord(loop{v})
	require.NoError(t, err)
	defer got.Release()
	require.Equal(t, int64(42), got.NumRows())
	require.Equal(t, meta, got.Schema().Metadata())
}
