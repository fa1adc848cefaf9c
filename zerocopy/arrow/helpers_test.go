package zarrow_test

import (
	"errors"
	"fmt"
	"testing"
	"unsafe"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/stretchr/testify/require"

	zarrow "github.com/gosnakepit/snakepit/zerocopy/arrow"
)

// clean fails the test if anything is held when it ends.
func clean(t *testing.T) *memory.CheckedAllocator {
	t.Helper()
	require.Zero(t, zarrow.Live())
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	t.Cleanup(func() {
		mem.AssertSize(t, 0)
		require.Zero(t, zarrow.Live())
	})
	return mem
}

func wrap(t *testing.T, v any) *zarrow.Value {
	t.Helper()
	w, err := zarrow.Wrap(v)
	require.NoError(t, err)
	return w
}

// sameMemory compares the addresses of all buffers that are not empty.
func sameMemory(t *testing.T, want, got arrow.ArrayData, at string) {
	t.Helper()
	if want.Len() == 0 {
		return
	}
	for i, b := range want.Buffers() {
		if b == nil || b.Len() == 0 || i >= len(got.Buffers()) || got.Buffers()[i] == nil || got.Buffers()[i].Len() == 0 {
			continue
		}
		require.Same(t, unsafe.SliceData(b.Bytes()), unsafe.SliceData(got.Buffers()[i].Bytes()), "%s: buffer %d", at, i)
	}
	require.Len(t, got.Children(), len(want.Children()), at)
	for i, child := range want.Children() {
		sameMemory(t, child, got.Children()[i], fmt.Sprintf("%s, child %d", at, i))
	}
	if dict, ok := want.Dictionary().(*array.Data); ok && dict != nil {
		sameMemory(t, dict, got.Dictionary(), at+", dictionary")
	}
}

// numbers is a record of n rows: a number, the same as text, and each third one null.
func numbers(mem memory.Allocator, n int) arrow.Record {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "n", Type: arrow.PrimitiveTypes.Int64},
		{Name: "s", Type: arrow.BinaryTypes.String, Nullable: true},
	}, nil)
	b := array.NewRecordBuilder(mem, schema)
	defer b.Release()
	for i := range n {
		b.Field(0).(*array.Int64Builder).Append(int64(i))
		if i%3 == 2 {
			b.Field(1).AppendNull()
		} else {
			b.Field(1).(*array.StringBuilder).Append(fmt.Sprint("text ", i))
		}
	}
	return b.NewRecord()
}

func asEither(err error, a, b any) bool { return errors.As(err, a) || errors.As(err, b) }
