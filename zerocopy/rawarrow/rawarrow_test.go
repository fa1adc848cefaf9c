//go:build cgo

package rawarrow_test

import (
	"context"
	"log/slog"
	"runtime"
	"testing"
	"unsafe"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/cdata"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/threadprofile"
	zarrow "github.com/gosnakepit/snakepit/zerocopy/arrow"
	"github.com/gosnakepit/snakepit/zerocopy/rawarrow"
)

// The tests play a program with an Arrow implementation of its own: package cdata of
// arrow-go, which knows nothing of package zarrow.

var bg = context.Background()

// python opens a runtime with pyarrow, and wants nothing to be held at the end.
func python(t *testing.T) *snakepit.Runtime {
	t.Helper()
	harness.Python(t)
	rt, err := snakepit.Open(bg, snakepit.Config{
		Logger: slog.New(slog.DiscardHandler),
		Pools: []snakepit.PoolConfig{{
			Profile: threadprofile.New(threadprofile.Config{Path: []string{"testdata"}}), Workers: 8,
		}},
	})
	require.NoError(t, err)
	t.Cleanup(func() {
		empty(t, rt)
		require.NoError(t, rt.Close())
	})
	return rt
}

// empty waits for what Python still has to forget.
func empty(t *testing.T, rt *snakepit.Runtime) {
	t.Helper()
	harness.Eventually(t, "nothing is lent or allocated", func() bool {
		_, _ = rt.Call(bg, "gc:collect")
		runtime.GC()
		return rawarrow.Live() == rawarrow.Counts{} && zarrow.Live() == zarrow.Counts{}
	})
}

func call(t *testing.T, rt *snakepit.Runtime, target string, args ...any) any {
	t.Helper()
	v, err := rt.Call(bg, "rawpeer:"+target, args...)
	require.NoError(t, err)
	return v
}

func object(t *testing.T, rt *snakepit.Runtime, target string, args ...any) *snakepit.Object {
	t.Helper()
	o := call(t, rt, target, args...).(*snakepit.Object)
	t.Cleanup(o.Release)
	return o
}

// counting is a record of two columns whose memory is not Go's.
func counting(n int) arrow.Record {
	b := array.NewRecordBuilder(zarrow.Allocator, arrow.NewSchema([]arrow.Field{
		{Name: "n", Type: arrow.PrimitiveTypes.Int64},
		{Name: "s", Type: arrow.BinaryTypes.String, Nullable: true},
	}, nil))
	defer b.Release()
	for i := range n {
		b.Field(0).(*array.Int64Builder).Append(int64(i))
		b.Field(1).(*array.StringBuilder).Append("text")
	}
	return b.NewRecord()
}

// fromRecord is what a program does on the way to Python.
func fromRecord(t *testing.T, rec arrow.Record) *rawarrow.Value {
	t.Helper()
	var schema cdata.CArrowSchema
	var arr cdata.CArrowArray
	cdata.ExportArrowRecordBatch(rec, &arr, &schema)
	v, err := rawarrow.ImportFrom(unsafe.Pointer(&schema), unsafe.Pointer(&arr))
	require.NoError(t, err)
	t.Cleanup(v.Release)
	return v
}

// toRecord is what it does on the way back.
func toRecord(t *testing.T, v any) arrow.Record {
	t.Helper()
	var schema cdata.CArrowSchema
	var arr cdata.CArrowArray
	require.NoError(t, rawarrow.ExportTo(v, unsafe.Pointer(&schema), unsafe.Pointer(&arr)))
	rec, err := cdata.ImportCRecordBatch(&arr, &schema)
	require.NoError(t, err)
	return rec
}

func first(rec arrow.Record, column, buffer int) int64 {
	return int64(uintptr(unsafe.Pointer(unsafe.SliceData(rec.Column(column).Data().Buffers()[buffer].Bytes()))))
}

func TestThereAndBack(t *testing.T) {
	rt := python(t)
	rec := counting(1000)
	defer rec.Release()
	v := fromRecord(t, rec)
	require.Equal(t, rawarrow.Counts{Values: 1}, rawarrow.Live())
	require.Equal(t, first(rec, 0, 1), call(t, rt, "address", v, 0, 1))
	require.Equal(t, first(rec, 1, 2), call(t, rt, "address", v, 1, 2))
	back := toRecord(t, object(t, rt, "record", v))
	defer back.Release()
	require.True(t, array.RecordEqual(rec, back))
	require.Equal(t, first(rec, 0, 1), first(back, 0, 1))
	require.Equal(t, first(rec, 1, 2), first(back, 1, 2))
}

// TestManyConsumers has Python keep the data after everybody else gave it up.
func TestManyConsumers(t *testing.T) {
	rt := python(t)
	rec := counting(100)
	v := fromRecord(t, rec)
	rec.Release()
	call(t, rt, "keep", v, 10)
	v.Release()
	v.Release()
	require.Positive(t, rawarrow.Live().Arrays)
	_, err := rt.Call(bg, "rawpeer:keep", v, 1)
	require.ErrorIs(t, err, rawarrow.ErrReleased)
	require.Equal(t, int64(1000), call(t, rt, "check_kept"))
}

// TestEveryLayout passes what arrow-go does not look at, from Python to Python.
func TestEveryLayout(t *testing.T) {
	rt := python(t)
	given := object(t, rt, "kinds")
	p := structs(t)
	require.NoError(t, rawarrow.ExportTo(given, p.schema, p.array))
	v, err := rawarrow.ImportFrom(p.schema, p.array)
	require.NoError(t, err)
	defer v.Release()
	for range 2 {
		got := object(t, rt, "record", v)
		require.Equal(t, true, call(t, rt, "same", got, given))
		got.Release()
	}
}

func TestSchema(t *testing.T) {
	rt := python(t)
	p := structs(t)
	given := object(t, rt, "schema", snakepit.Dict{{Key: "a", Value: "int64"}, {Key: "b", Value: "string"}})
	require.NoError(t, rawarrow.ExportSchemaTo(given, p.schema))
	v, err := rawarrow.ImportSchemaFrom(p.schema)
	require.NoError(t, err)
	defer v.Release()
	text, err := object(t, rt, "schema", v).Repr(bg)
	require.NoError(t, err)
	require.Equal(t, "a: int64\nb: string", text)
}
