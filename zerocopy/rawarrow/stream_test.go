//go:build cgo

package rawarrow_test

import (
	"testing"
	"unsafe"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/cdata"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/zerocopy/rawarrow"
)

func TestStreamToPython(t *testing.T) {
	rt := python(t)
	v := fromReader(t, 3, 100)
	require.Equal(t, int64(3*99*100/2), call(t, rt, "total", v, 0))
	_, err := rt.Call(bg, "rawpeer:total", v, 0)
	require.ErrorContains(t, err, rawarrow.ErrTaken.Error())
	object(t, rt, "schema", v) // the schema is still there
}

// TestStreamNobodyTook is released by the value.
func TestStreamNobodyTook(t *testing.T) {
	python(t)
	fromReader(t, 3, 100).Release()
}

func fromReader(t *testing.T, batches, rows int) *rawarrow.Value {
	t.Helper()
	rec := counting(rows)
	defer rec.Release()
	all := make([]arrow.Record, batches)
	for i := range all {
		all[i] = rec
	}
	reader, err := array.NewRecordReader(rec.Schema(), all)
	require.NoError(t, err)
	defer reader.Release()
	stream := structs(t).stream
	cdata.ExportRecordReader(reader, (*cdata.CArrowArrayStream)(stream))
	v, err := rawarrow.ImportStreamFrom(stream)
	require.NoError(t, err)
	t.Cleanup(v.Release)
	return v
}

// TestStreamFromPython is lazy, and ends early.
func TestStreamFromPython(t *testing.T) {
	rt := python(t)
	stream := structs(t).stream
	require.NoError(t, rawarrow.ExportStreamTo(object(t, rt, "numbers", 1000, 10), stream))
	reader, err := cdata.ImportCRecordReader((*cdata.CArrowArrayStream)(stream), nil)
	require.NoError(t, err)
	for i := range 3 {
		rec, err := reader.Read()
		require.NoError(t, err)
		require.Equal(t, int64(i), rec.Column(0).(*array.Int64).Value(9))
	}
	reader.(array.RecordReader).Release()
	require.Equal(t, int64(3), call(t, rt, "made"))
}

// TestStreamThrough brings a Python stream back to Python, and its error with it.
func TestStreamThrough(t *testing.T) {
	rt := python(t)
	for rows, failed := range map[int]string{10: "", -10: "no more rows of äöü"} {
		stream := structs(t).stream
		require.NoError(t, rawarrow.ExportStreamTo(object(t, rt, "numbers", 4, rows), stream))
		v, err := rawarrow.ImportStreamFrom(stream)
		require.NoError(t, err)
		sum, err := rt.Call(bg, "rawpeer:total", v, 0)
		if failed == "" {
			require.NoError(t, err)
			require.Equal(t, int64(60), sum)
		} else {
			require.ErrorContains(t, err, failed)
		}
		v.Release()
		call(t, rt, "made")
	}
}

// place is C memory for the three structs.
type place struct{ schema, array, stream unsafe.Pointer }

func structs(t *testing.T) place {
	t.Helper()
	p := block(t)
	return place{p, unsafe.Add(p, 80), unsafe.Add(p, 160)}
}
