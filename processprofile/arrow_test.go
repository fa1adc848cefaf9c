package processprofile_test

import (
	"errors"
	"log/slog"
	"testing"

	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/processprofile"
	"github.com/gosnakepit/snakepit/profile/profiletest"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	zarrow "github.com/gosnakepit/snakepit/zerocopy/arrow"
)

// tables opens a runtime of one worker, whose Python has pyarrow, and returns how to call it.
func tables(t *testing.T) (*snakepit.Runtime, func(function string, args ...any) any) {
	t.Helper()
	harness.ProcessPython(t)
	rt, err := snakepit.Open(t.Context(), snakepit.Config{
		Logger: slog.New(slog.DiscardHandler),
		Pools: []snakepit.PoolConfig{{Workers: 1, Profile: processprofile.New(processprofile.Config{
			Path: []string{profiletest.Modules(t)},
		})}},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, rt.Close()) })
	if _, err := rt.Call(t.Context(), "importlib:import_module", "pyarrow"); err != nil {
		t.Skip("needs pyarrow: ", err)
	}
	return rt, func(function string, args ...any) any {
		v, err := rt.Call(t.Context(), function, args...)
		require.NoErrorf(t, err, "%+v", err)
		return v
	}
}

// TestArrowOfAWorkerThatIsGone reads what was read before, and nothing more.
func TestArrowOfAWorkerThatIsGone(t *testing.T) {
	rt, call := tables(t)
	stream := call("tables:counting", 1000).(*snakepit.ArrowData)
	defer stream.Release()
	frame := call("tables:frame").(*snakepit.ArrowData)
	defer frame.Release()
	numbers := call("tables:of_type", "much", "whole").(*snakepit.ArrowData)
	defer numbers.Release()

	reader, err := zarrow.AsReader(stream)
	require.NoError(t, err)
	defer reader.Release()
	require.True(t, reader.Next())
	first := reader.Record()
	first.Retain()
	defer first.Release()

	_, err = rt.Call(t.Context(), "os:_exit", 3)
	var crash *snakepit.WorkerCrashError
	require.ErrorAs(t, err, &crash)
	require.False(t, reader.Next())
	require.ErrorAs(t, reader.Err(), &crash)
	require.Equal(t, 3, crash.Code)
	_, err = zarrow.AsTable(frame)
	require.ErrorAs(t, err, &crash)

	require.Equal(t, int64(0), first.Column(0).(*array.Int64).Value(0), "what was read stays")
	arr, err := zarrow.AsArray(numbers)
	require.NoError(t, err, "and so does what came with the result")
	defer arr.Release()
	require.Equal(t, int64(2999), arr.(*array.Int64).Value(2999))

	_, err = rt.Call(t.Context(), "tables:length", numbers)
	require.Error(t, err, "its object is gone")
	var conversion *snakepit.ConversionError
	require.True(t, errors.As(err, &conversion), "%v", err)
}

// TestArrowEndsInTheChild looks at what the child keeps for Go, which is nothing in the end.
func TestArrowEndsInTheChild(t *testing.T) {
	rt, call := tables(t)
	before := zarrow.Live()
	for range 3 {
		numbers := call("tables:of_type", "much", "whole").(*snakepit.ArrowData)
		arr, err := zarrow.AsArray(numbers)
		require.NoError(t, err)
		v, err := zarrow.Wrap(arr)
		require.NoError(t, err)
		require.Empty(t, call("tables:differs", v, "much", "whole"), "it is lent back, memory of the child's own")
		v.Release()
		numbers.Release()
		arr.Release()
		stream := call("tables:counting", 3).(*snakepit.ArrowData)
		table, err := zarrow.AsTable(stream)
		require.NoError(t, err)
		table.Release()
		stream.Release()
		left := call("tables:counting", 1000).(*snakepit.ArrowData)
		reader, err := zarrow.AsReader(left)
		require.NoError(t, err)
		require.True(t, reader.Next())
		reader.Release()
		left.Release()
		_, err = rt.With(snakepit.RequireZeroCopy()).Call(t.Context(), "tables:private", 1000)
		require.ErrorIs(t, err, snakepit.ErrCopied)
	}
	wrong, err := snakepit.Bind[struct {
		N int `py:"n"`
	}, int](rt, "tables:private")
	require.NoError(t, err)
	_, err = wrong(t.Context(), struct {
		N int `py:"n"`
	}{1000})
	require.ErrorContains(t, err, "got pyarrow.lib.RecordBatch, which has Arrow data and stays in its process")
	require.NoError(t, rt.Exec(t.Context(), "ends", "import gc\nfrom snakepit_bridge._child import _loans, _shm"))
	harness.Eventually(t, "the child keeps nothing", func() bool {
		kept, err := rt.Eval(t.Context(), "ends", "(gc.collect(), len(_loans._lent), len(_loans.exports), len(_loans._leases))[1:]")
		require.NoError(t, err)
		return assert.ObjectsAreEqual(snakepit.Tuple{int64(0), int64(0), int64(0)}, kept)
	})
	require.Equal(t, before, zarrow.Live())
}
