package profiletest

import (
	"context"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/tool"
	zarrow "github.com/gosnakepit/snakepit/zerocopy/arrow"
)

// arrowTypes reads arrays of every layout, whole and in slices, and passes them back.
func (s *suite) arrowTypes(t *testing.T) {
	for _, name := range s.table(t, "type_names").(list) {
		t.Run(name.(string), func(t *testing.T) {
			for _, part := range []string{"whole", "rest", "middle", "nothing"} {
				object := s.table(t, "of_type", name, part).(arrowObject)
				arr, err := zarrow.AsArray(object)
				object.Release()
				require.NoError(t, err)
				require.NoError(t, zarrow.Validate(arr))
				v, release := wrapped(t, arr)
				require.Equal(t, "", s.table(t, "differs", v, name, part))
				release()
				arr.Release()
			}
		})
	}
}

// exceptionInFlight has a consumer's last reference go while an exception is on its way.
func (s *suite) exceptionInFlight(t *testing.T) {
	rec := numbers(zarrow.Allocator, 1, 2)
	defer rec.Release()
	v, release := wrapped(t, rec)
	defer release()
	for range 10 {
		_, err := s.rt.Call(t.Context(), "tables:missing_column", v)
		pythonError(t, err, "KeyError")
		_, err = s.rt.Call(t.Context(), "tables:left_behind", v)
		pythonError(t, err, "ZeroDivisionError")
	}
}

// arrowCopies looks at what is copied and what is not.
func (s *suite) arrowCopies(t *testing.T) {
	rt := s.rt.With(snakepit.RequireZeroCopy())
	count := func(mem memory.Allocator) (any, error) {
		rec := numbers(mem, make([]int64, 1000)...)
		defer rec.Release()
		v, release := wrapped(t, rec)
		defer release()
		return rt.Call(t.Context(), "tables:length", v)
	}
	before := s.rt.Stats().ZeroCopy.Totals
	n, err := count(zarrow.Allocator)
	require.NoError(t, err)
	require.Equal(t, int64(1000), n)
	require.Equal(t, before.CopiedIn, s.rt.Stats().ZeroCopy.CopiedIn, "memory of Allocator is seen by all")

	object := s.table(t, "private", 1000).(arrowObject)
	defer object.Release()
	_, err = count(memory.NewGoAllocator())
	_, back := rt.Call(t.Context(), "tables:private", 1000)
	if !elsewhere(object) {
		require.NoError(t, err)
		require.NoError(t, back)
		return
	}
	require.ErrorIs(t, err, snakepit.ErrCopied)
	require.ErrorContains(t, err, "zarrow.Allocator")
	require.ErrorIs(t, back, snakepit.ErrCopied)
	require.Equal(t, before.CopiedOut+8000, s.rt.Stats().ZeroCopy.CopiedOut)
	rec, err := zarrow.AsRecord(object)
	require.NoError(t, err)
	rec.Release()
	shared, err := rt.Call(t.Context(), "tables:shared", 1000)
	require.NoError(t, err, "memory of ctx.empty is seen by all")
	stream, err := rt.Call(t.Context(), "tables:private_stream", 1000)
	require.NoError(t, err, "nothing is copied yet")
	defer stream.(arrowObject).Release()
	_, err = zarrow.AsTable(stream)
	require.ErrorIs(t, err, snakepit.ErrCopied)
	defer shared.(arrowObject).Release()
	arr, err := zarrow.AsArray(shared)
	require.NoError(t, err)
	require.Equal(t, int64(999), arr.(*array.Int64).Value(999))
	arr.Release()
}

type arrowIn struct {
	Data any `py:"data"`
}

// arrowTools passes Arrow data to Go tools, and gets it from them. Where objects stay in
// Python a tool needs a slot to read them.
func (s *suite) arrowTools(t *testing.T) {
	s = s.with(t, 2)
	rec := numbers(zarrow.Allocator, 3, 4)
	defer rec.Release()
	given, release := wrapped(t, rec)
	defer release()
	require.NoError(t, s.rt.RegisterTool(tool.New("arrow_rows", "", func(_ context.Context, in arrowIn) (int64, error) {
		defer in.Data.(arrowObject).Release()
		table, err := zarrow.AsTable(in.Data)
		if err != nil {
			return 0, err
		}
		defer table.Release()
		return table.NumRows(), nil
	})))
	require.NoError(t, s.rt.RegisterTool(tool.New("arrow_numbers", "", func(context.Context, struct{}) (*zarrow.Value, error) {
		return given, nil
	})))
	require.NoError(t, s.rt.RegisterTool(tool.New("arrow_back", "", func(_ context.Context, in arrowIn) (any, error) {
		t.Cleanup(in.Data.(arrowObject).Release)
		return in.Data, nil
	})))
	require.Equal(t, whole(6, 7, 1), s.table(t, "by_tools"))
}

// readLater has Python read what it was given when the call has ended.
func (s *suite) readLater(t *testing.T) {
	rec := numbers(zarrow.Allocator, 1, 2)
	defer rec.Release()
	reader, err := array.NewRecordReader(numberSchema, []arrow.Record{rec, rec})
	require.NoError(t, err)
	v, release := wrapped(t, reader)
	s.table(t, "open_stream", v)
	release()
	reader.Release()
	require.Equal(t, int64(2), s.table(t, "next_of_stream"))
	s.table(t, "leave_stream")
}

// polars has a record filtered there.
func (s *suite) polars(t *testing.T) {
	s.importable(t, "polars")
	rec := numbers(zarrow.Allocator, 5, 1, 7, 2)
	defer rec.Release()
	v, release := wrapped(t, rec)
	defer release()
	object, err := s.rt.Call(t.Context(), "by_polars:above", v, 3)
	require.NoErrorf(t, err, "%+v", err)
	defer object.(arrowObject).Release()
	back, err := zarrow.AsTable(object)
	require.NoError(t, err)
	defer back.Release()
	require.Equal(t, int64(2), back.NumRows())
	var got []int64
	for _, chunk := range back.Column(0).Data().Chunks() {
		got = append(got, chunk.(*array.Int64).Int64Values()...)
	}
	require.Equal(t, []int64{5, 7}, got)
}
