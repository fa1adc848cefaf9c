//go:build cgo

package zarrow_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"syscall"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/stretchr/testify/require"

	zarrow "github.com/gosnakepit/snakepit/zerocopy/arrow"
)

// source is a reader that counts, and fails when it is told to.
type source struct {
	mem     memory.Allocator
	schema  *arrow.Schema
	left    int
	pulled  int
	refs    int
	current arrow.Record
	err     error
	panics  bool
}

func newSource(mem memory.Allocator, batches int) *source {
	rec := numbers(mem, 1)
	defer rec.Release()
	return &source{mem: mem, schema: rec.Schema(), left: batches, refs: 1}
}

func (s *source) Retain()               { s.refs++ }
func (s *source) Schema() *arrow.Schema { return s.schema }
func (s *source) Record() arrow.Record  { return s.current }

func (s *source) Err() error {
	if s.left == 0 {
		return s.err
	}
	return nil
}

func (s *source) Release() {
	if s.refs--; s.refs == 0 && s.current != nil {
		s.current.Release()
		s.current = nil
	}
}

func (s *source) Next() bool {
	if s.left == 0 {
		if s.panics {
			panic("reader broken")
		}
		return false
	}
	s.left--
	s.pulled++
	if s.current != nil {
		s.current.Release()
	}
	s.current = numbers(s.mem, 10*s.pulled)
	return true
}

// TestReaderIsLazy pulls one batch for each Next, and closes early.
func TestReaderIsLazy(t *testing.T) {
	src := newSource(clean(t), 100)
	v := wrap(t, src)
	src.Release()
	r, err := zarrow.AsReader(loop{v})
	require.NoError(t, err)
	v.Release()
	require.Zero(t, src.pulled)
	for i := range 3 {
		require.True(t, r.Next())
		require.Equal(t, i+1, src.pulled)
		require.Equal(t, int64(10*(i+1)), r.Record().NumRows())
	}
	rec := r.Record()
	rec.Retain()
	r.Release()
	require.Zero(t, src.refs, "an early close releases the reader")
	require.Equal(t, "text 1", rec.Column(1).(*array.String).Value(1))
	rec.Release()
}

func TestReaderIsReadOnce(t *testing.T) {
	src := newSource(clean(t), 2)
	defer src.Release()
	v := wrap(t, src)
	defer v.Release()
	tbl, err := zarrow.AsTable(loop{v})
	require.NoError(t, err)
	require.Equal(t, int64(30), tbl.NumRows())
	tbl.Release()
	_, err = zarrow.AsReader(loop{v})
	require.ErrorIs(t, err, zarrow.ErrTaken)
}

func TestReaderNeverTaken(t *testing.T) {
	src := newSource(clean(t), 2)
	v := wrap(t, src)
	require.Equal(t, 2, src.refs)
	v.Release()
	require.Equal(t, 1, src.refs)
	src.Release()
}

func TestReaderFails(t *testing.T) {
	for name, c := range map[string]struct {
		err   error
		errno syscall.Errno
	}{
		"any":      {errors.New("disk full of äöü"), syscall.EIO},
		"canceled": {fmt.Errorf("gave up: %w", context.Canceled), syscall.ECANCELED},
		"deadline": {fmt.Errorf("too late: %w", context.DeadlineExceeded), syscall.ETIMEDOUT},
	} {
		t.Run(name, func(t *testing.T) {
			src := newSource(clean(t), 2)
			defer src.Release()
			src.err = c.err
			v := wrap(t, src)
			defer v.Release()
			r, err := zarrow.AsReader(loop{v})
			require.NoError(t, err)
			defer r.Release()
			require.True(t, r.Next())
			require.True(t, r.Next())
			require.False(t, r.Next())
			var failed *zarrow.StreamError
			require.ErrorAs(t, r.Err(), &failed)
			require.Equal(t, zarrow.StreamError{Errno: c.errno, Message: c.err.Error()}, *failed)
			require.ErrorIs(t, r.Err(), c.errno)
			require.False(t, r.Next(), "it stays failed")
			require.Equal(t, 1, src.refs, "a failed stream is released at once")
		})
	}
}

// TestReaderEndsWithEOF is how readers of Parquet files end.
func TestReaderEndsWithEOF(t *testing.T) {
	src := newSource(clean(t), 2)
	defer src.Release()
	src.err = io.EOF
	v := wrap(t, src)
	defer v.Release()
	tbl, err := zarrow.AsTable(loop{v})
	require.NoError(t, err)
	require.Equal(t, int64(30), tbl.NumRows())
	tbl.Release()
}

func TestReaderPanics(t *testing.T) {
	src := newSource(clean(t), 1)
	defer src.Release()
	src.panics = true
	v := wrap(t, src)
	defer v.Release()
	_, err := zarrow.AsTable(loop{v})
	require.ErrorContains(t, err, "reader broken")
}

// TestReaderLies gives a batch of another schema.
func TestReaderLies(t *testing.T) {
	src := newSource(clean(t), 1)
	defer src.Release()
	src.schema = arrow.NewSchema([]arrow.Field{src.schema.Field(0), {Name: "s", Type: i32}}, nil)
	v := wrap(t, src)
	defer v.Release()
	_, err := zarrow.AsTable(loop{v})
	require.ErrorContains(t, err, `field "s"`)
}

func TestTable(t *testing.T) {
	mem := clean(t)
	one, two := numbers(mem, 10), numbers(mem, 0)
	three := numbers(mem, 5)
	tbl := array.NewTableFromRecords(one.Schema(), []arrow.Record{one, two, three})
	for _, rec := range []arrow.Record{one, two, three} {
		rec.Release()
	}
	v := wrap(t, tbl)
	for range 2 { // tables can be read again
		got, err := zarrow.AsTable(loop{v})
		require.NoError(t, err)
		require.True(t, array.TableEqual(tbl, got))
		sameMemory(t, tbl.Column(1).Data().Chunk(0).Data(), got.Column(1).Data().Chunk(0).Data(), "first chunk")
		require.NoError(t, zarrow.Validate(got))
		got.Release()
	}
	_, err := zarrow.AsRecord(loop{v})
	require.ErrorContains(t, err, "3 batches, not one: read it with AsReader or AsTable")
	v.Release()
	tbl.Release()
}

func TestEmptyTable(t *testing.T) {
	clean(t)
	schema := arrow.NewSchema([]arrow.Field{withTags("a", i32)}, &tags)
	tbl := array.NewTableFromRecords(schema, nil)
	defer tbl.Release()
	v := wrap(t, tbl)
	defer v.Release()
	got, err := zarrow.AsTable(loop{v})
	require.NoError(t, err)
	defer got.Release()
	require.Zero(t, got.NumRows())
	require.True(t, schema.Equal(got.Schema()))
	_, err = zarrow.AsRecord(loop{v})
	require.ErrorContains(t, err, "0 batches, not one")
}

func TestChunked(t *testing.T) {
	mem := clean(t)
	var chunks []arrow.Array
	for _, json := range []string{`["a", null]`, `[]`, `["b"]`} {
		arr := sample{dt: utf8, json: json}.build(t, mem)
		defer arr.Release()
		chunks = append(chunks, arr)
	}
	chunked := arrow.NewChunked(utf8, chunks)
	defer chunked.Release()
	v := wrap(t, chunked)
	defer v.Release()
	got, err := zarrow.AsChunked(loop{v})
	require.NoError(t, err)
	defer got.Release()
	require.True(t, array.ChunkedEqual(chunked, got))
	require.Len(t, got.Chunks(), 3)
	_, err = zarrow.AsTable(loop{v})
	require.ErrorContains(t, err, "AsChunked")
}

// TestOneArrayForAll reads an array by each function that takes one.
func TestOneArrayForAll(t *testing.T) {
	mem := clean(t)
	arr := sample{dt: point, json: `[{"x": 1, "y": "a"}, {"x": null, "y": "b"}]`}.build(t, mem)
	defer arr.Release()
	v := wrap(t, arr)
	defer v.Release()
	tbl, err := zarrow.AsTable(loop{v})
	require.NoError(t, err)
	require.Equal(t, int64(2), tbl.NumRows())
	tbl.Release()
	chunked, err := zarrow.AsChunked(loop{v})
	require.NoError(t, err)
	require.Equal(t, 2, chunked.Len())
	chunked.Release()
	r, err := zarrow.AsReader(loop{v})
	require.NoError(t, err)
	r.Release() // before the first Next
}

// TestStructWithNullsIsNoRecord refuses what a record cannot say.
func TestStructWithNullsIsNoRecord(t *testing.T) {
	mem := clean(t)
	arr := sample{dt: point, json: `[{"x": 1, "y": "a"}, null]`}.build(t, mem)
	defer arr.Release()
	v := wrap(t, arr)
	defer v.Release()
	_, err := zarrow.AsRecord(loop{v})
	require.ErrorContains(t, err, "AsArray")
	_, err = zarrow.AsTable(loop{v})
	require.ErrorContains(t, err, "AsArray")
}
