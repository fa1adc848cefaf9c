package main

import (
	"bytes"
	"context"
	"regexp"
	"runtime"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory/mallocator"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/threadprofile"
	"github.com/gosnakepit/snakepit/zerocopy/rawarrow"
)

// clean wants all memory of mem back, and nothing left at the border.
func clean(t *testing.T, mem *mallocator.Mallocator) {
	t.Helper()
	harness.Eventually(t, "nothing is lent or allocated", func() bool {
		runtime.GC()
		return mem.AllocatedBytes() == 0 && rawarrow.Live() == rawarrow.Counts{}
	})
}

func TestSameAddresses(t *testing.T) {
	harness.Python(t)
	mem := mallocator.NewMallocator()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), mem, &out))
	found := regexp.MustCompile(`0x[0-9a-f]+`).FindAllString(out.String(), -1)
	require.Len(t, found, 3)
	require.Equal(t, found[0], found[1])
	require.Equal(t, found[0], found[2])
	require.Contains(t, out.String(), "with VAT: [20 75 300]")
	clean(t, mem)
}

// TestStreams sends three batches and reads them back.
func TestStreams(t *testing.T) {
	harness.Python(t)
	ctx := context.Background()
	rt, err := snakepit.Open(ctx, snakepit.Config{Pools: []snakepit.PoolConfig{{Profile: threadprofile.New(threadprofile.Config{})}}})
	require.NoError(t, err)
	defer rt.Close()
	mem := mallocator.NewMallocator()
	rec := prices(mem)
	source, err := array.NewRecordReader(rec.Schema(), []arrow.RecordBatch{rec, rec, rec})
	require.NoError(t, err)
	v, err := streamToPython(source)
	require.NoError(t, err)
	source.Release()
	made, err := rt.Call(ctx, "pyarrow:RecordBatchReader.from_stream", v)
	require.NoError(t, err)
	back, err := streamFromPython(made)
	require.NoError(t, err)
	batches := 0
	for back.Next() {
		require.Equal(t, address(rec), address(back.RecordBatch()))
		batches++
	}
	require.NoError(t, back.Err())
	require.Equal(t, 3, batches)
	for _, held := range []interface{ Release() }{back, made.(*snakepit.Object), v, rec} {
		held.Release()
	}
	clean(t, mem)
}
