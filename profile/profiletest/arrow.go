package profiletest

import (
	"context"
	"errors"
	"testing"
	"unsafe"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	zarrow "github.com/gosnakepit/snakepit/zerocopy/arrow"
)

// arrow is the chapter on Arrow data, which ends with nothing lent.
func (s *suite) arrow(t *testing.T) {
	s.importable(t, "pyarrow")
	s.exec(t, imports+"import gc, tables\n")
	for name, test := range map[string]func(*testing.T){
		"Records": s.records, "Readers": s.readers, "Lazy": s.lazyReaders, "Failing": s.failingReader,
		"Pandas": s.pandas, "Kept": s.recordKept, "Calls": s.callingReader, "Refused": s.refusedAsArrow, "Hints": s.arrowHints, "Requested": s.requestedSchema,
		"Types": s.arrowTypes, "InFlight": s.exceptionInFlight, "Copies": s.arrowCopies, "Tools": s.arrowTools, "Later": s.readLater, "Polars": s.polars,
	} {
		t.Run(name, func(t *testing.T) {
			before := zarrow.Live()
			test(t)
			harness.Eventually(t, "nothing is lent", func() bool {
				s.exec(t, "gc.collect()")
				return zarrow.Live() == before
			})
		})
	}
}

// table calls a function of the module tables.
func (s *suite) table(t *testing.T, function string, args ...any) any {
	t.Helper()
	v, err := s.rt.Call(t.Context(), "tables:"+function, args...)
	require.NoErrorf(t, err, "%+v", err)
	return v
}

// numbers is a record of one column.
func numbers(mem memory.Allocator, n ...int64) arrow.Record {
	b := array.NewInt64Builder(mem)
	defer b.Release()
	b.AppendValues(n, nil)
	column := b.NewArray()
	defer column.Release()
	return array.NewRecord(numberSchema, []arrow.Array{column}, int64(len(n)))
}

var numberSchema = arrow.NewSchema([]arrow.Field{{Name: "n", Type: arrow.PrimitiveTypes.Int64, Nullable: true}}, nil)

func addressOf(r arrow.Record) int64 {
	return int64(uintptr(unsafe.Pointer(unsafe.SliceData(r.Column(0).Data().Buffers()[1].Bytes()))))
}

// wrapped is what v is in Python, given up by the function it returns.
func wrapped(t *testing.T, v any) (*zarrow.Value, func()) {
	t.Helper()
	w, err := zarrow.Wrap(v)
	require.NoError(t, err)
	return w, w.Release
}

func (s *suite) records(t *testing.T) {
	for name, mem := range map[string]memory.Allocator{"Heap": memory.NewGoAllocator(), "Allocator": zarrow.Allocator} {
		t.Run(name, func(t *testing.T) {
			rec := numbers(mem, make([]int64, 1000)...)
			defer rec.Release()
			v, release := wrapped(t, rec)
			defer release()
			pair := s.table(t, "there", v).(snakepit.Tuple)
			object := pair[0].(arrowObject)
			defer object.Release()
			back, err := zarrow.AsRecord(object)
			require.NoError(t, err)
			defer back.Release()
			require.True(t, array.RecordEqual(rec, back))
			if name == "Heap" && elsewhere(object) {
				return // another process sees no memory of Go's heap, but a copy
			}
			require.Equal(t, addressOf(rec), addressOf(back), "who gets it back sees the column itself")
			if !elsewhere(object) {
				require.Equal(t, addressOf(rec), pair[1], "and so does pyarrow")
			}
			first := arrow.Int64Traits.CastFromBytes(rec.Column(0).Data().Buffers()[1].Bytes())
			first[0] = 42
			require.Equal(t, int64(42), s.table(t, "first_value", object), "pyarrow reads what Go writes now")
		})
	}
}

// arrowObject is a Python object with Arrow data, as a program gets it from any profile.
type arrowObject interface {
	TypeName(context.Context) (string, error)
	Release()
}

// elsewhere reports whether an object lives in another process.
func elsewhere(o arrowObject) bool {
	_, ok := o.(*snakepit.ArrowData)
	return ok
}

// requestedSchema has consumers name the schema that they would like.
func (s *suite) requestedSchema(t *testing.T) {
	rec := numbers(zarrow.Allocator, 1, 2, 3)
	defer rec.Release()
	table := array.NewTableFromRecords(numberSchema, []arrow.Record{rec})
	defer table.Release()
	for name, data := range map[string]any{"array": rec, "stream": table} {
		v, release := wrapped(t, data)
		for _, how := range []string{"by_position", "by_name"} {
			ask := func(fields ...string) (any, error) {
				return s.rt.Call(t.Context(), "tables:requested", v, name, how, fields)
			}
			for _, typ := range []string{"int64", "int32"} {
				got, err := ask(typ)
				require.NoErrorf(t, err, "%+v", err)
				require.Equal(t, "int64", got, "the consumer casts")
			}
			_, err := ask("int64", "int64")
			require.ErrorContains(t, err, "requested_schema has 2 fields, the data has 1")
			_, err = ask()
			require.ErrorContains(t, err, "requested_schema has 0 fields, the data has 1")
		}
		require.Equal(t, "int32", s.table(t, "cast", v, "int32"), "as pyarrow does")
		s.table(t, "badly_requested", v, name)
		release()
	}
}

func (s *suite) readers(t *testing.T) {
	rec := numbers(zarrow.Allocator, 1, 2)
	defer rec.Release()
	for function, want := range map[string]int64{"rows": 6, "first": 2} {
		reader, err := array.NewRecordReader(numberSchema, []arrow.Record{rec, rec, rec})
		require.NoError(t, err)
		v, release := wrapped(t, reader)
		require.Equal(t, want, s.table(t, function, v), function)
		_, err = s.rt.Call(t.Context(), "tables:rows", v)
		require.Error(t, err, "a reader can be taken once")
		release()
		reader.Release()
	}
}

func (s *suite) lazyReaders(t *testing.T) {
	object := s.table(t, "counting", 1000).(arrowObject)
	defer object.Release()
	reader, err := zarrow.AsReader(object)
	require.NoError(t, err)
	require.True(t, reader.Next())
	require.True(t, reader.Next())
	require.Equal(t, int64(2), s.table(t, "pulls"), "batch by batch")
	reader.Release()
}

func (s *suite) failingReader(t *testing.T) {
	object := s.table(t, "failing").(arrowObject)
	defer object.Release()
	reader, err := zarrow.AsReader(object)
	require.NoError(t, err)
	defer reader.Release()
	require.True(t, reader.Next())
	require.False(t, reader.Next())
	require.ErrorContains(t, reader.Err(), "no more than that")
}

// calling is a reader that calls Python for each record.
type calling struct {
	array.RecordReader
	call func() error
	err  error
}

func (c *calling) Next() bool {
	c.err = c.call()
	return c.err == nil && c.RecordReader.Next()
}

func (c *calling) Err() error { return c.err }

// callingReader is pulled from a call and from a thread of Python's own.
func (s *suite) callingReader(t *testing.T) {
	two := s.with(t, 2)
	rec := numbers(zarrow.Allocator, 1, 2)
	defer rec.Release()
	for _, function := range []string{"rows", "rows_elsewhere"} {
		reader, err := array.NewRecordReader(numberSchema, []arrow.Record{rec, rec})
		require.NoError(t, err)
		v, release := wrapped(t, &calling{RecordReader: reader, call: func() error {
			_, err := two.rt.Call(context.Background(), "math:sqrt", 2.0)
			return err
		}})
		require.Equal(t, int64(4), two.table(t, function, v), function)
		release()
		reader.Release()
	}
}

func (s *suite) pandas(t *testing.T) {
	rec := numbers(zarrow.Allocator, 4, 5)
	defer rec.Release()
	v, release := wrapped(t, rec)
	defer release()
	require.Equal(t, int64(9), s.table(t, "of_pandas", v))
	object := s.table(t, "frame").(arrowObject)
	defer object.Release()
	table, err := zarrow.AsTable(object)
	require.NoError(t, err)
	defer table.Release()
	require.Equal(t, int64(3), table.NumRows())
	require.Equal(t, 1, table.Column(1).Data().NullN())
}

func (s *suite) recordKept(t *testing.T) {
	rec := numbers(zarrow.Allocator, 40)
	v, release := wrapped(t, rec)
	s.table(t, "hold", v)
	release()
	rec.Release()
	require.Equal(t, int64(40), s.table(t, "sum_and_drop"), "Python keeps what Go gave up")
}

func (s *suite) refusedAsArrow(t *testing.T) {
	_, err := zarrow.AsRecord(42)
	require.Error(t, err)
	rec := numbers(zarrow.Allocator, 1)
	defer rec.Release()
	v, release := wrapped(t, rec)
	release()
	_, err = s.rt.Call(t.Context(), "tables:there", v)
	require.True(t, errors.Is(err, zarrow.ErrReleased), "%v", err)
	data := s.table(t, "frame").(arrowObject)
	_, err = zarrow.AsSchema(data)
	require.ErrorContains(t, err, "DataFrame has no __arrow_c_schema__")
	data.Release()
	_, err = zarrow.AsTable(data)
	require.ErrorIs(t, err, snakepit.ErrReleased)
	object := s.object(t, "object()")
	_, err = zarrow.AsRecord(object)
	require.ErrorContains(t, err, "builtins.object has no __arrow_c_")
}

func (s *suite) arrowHints(t *testing.T) {
	rt := s.open(t, "tables:Adapter", snakepit.PoolConfig{Workers: 1})
	rec := numbers(zarrow.Allocator, 1, 2, 3)
	defer rec.Release()
	v, release := wrapped(t, rec)
	defer release()
	n, err := rt.Execute(t.Context(), "count", snakepit.Args{"table": v})
	require.NoError(t, err)
	require.Equal(t, int64(3), n)
}
