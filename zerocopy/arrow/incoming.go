package zarrow

import (
	"context"
	"sync/atomic"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/gosnakepit/snakepit/internal/capsule"
)

// incoming is a stream of Python, or one array of it that stands for a stream. It is
// released at its end, at its first error, or by close, whatever comes first.
type incoming struct {
	stream stream // nil when it is over
	field  arrow.Field
	first  arrow.Array // of an object that has one array
}

// stream is where batches come from: the caller owns them; nil is the end.
type stream interface {
	next(dt arrow.DataType) (arrow.Array, error)
	close()
}

// open starts to read v. The caller closes it.
func open(v any, kinds ...capsule.Kind) (*incoming, error) {
	if g, ok := v.(capsule.Giver); ok {
		return openGiven(context.Background(), g, kinds...)
	}
	return openObject(v, kinds...)
}

// started is a stream that was opened.
func started(f arrow.Field, s stream) *incoming {
	live.readStreams.Add(1)
	return &incoming{field: f, stream: s}
}

// close releases the stream. What was read stays.
func (in *incoming) close() {
	if in.first != nil {
		in.first.Release()
		in.first = nil
	}
	if in.stream != nil {
		in.stream.close()
		in.stream = nil
		live.readStreams.Add(-1)
	}
}

// next returns an array that the caller owns, nil at the end.
func (in *incoming) next() (arrow.Array, error) {
	if in.stream == nil {
		arr := in.first
		in.first = nil
		return arr, nil
	}
	arr, err := in.stream.next(in.field.Type)
	if err != nil || arr == nil {
		in.close()
	}
	return arr, err
}

// records is a stream as a [array.RecordReader].
type records struct {
	refs   atomic.Int64
	in     *incoming
	schema *arrow.Schema
	record arrow.Record
	err    error
}

var _ array.RecordReader = (*records)(nil)

func (r *records) Retain()               { r.refs.Add(1) }
func (r *records) Schema() *arrow.Schema { return r.schema }
func (r *records) Record() arrow.Record  { return r.record }
func (r *records) Err() error            { return r.err }

// Release ends the stream with the last reference, also before its end.
func (r *records) Release() {
	if r.refs.Add(-1) == 0 {
		r.forget()
		r.in.close()
	}
}

func (r *records) forget() {
	if r.record != nil {
		r.record.Release()
		r.record = nil
	}
}

// Next pulls one batch, and gives up the one before.
func (r *records) Next() bool {
	r.forget()
	if r.err != nil {
		return false
	}
	arr, err := r.in.next()
	if err == nil && arr != nil {
		r.record, err = record(r.schema, arr)
	}
	r.err = err
	return r.record != nil
}

// record takes a struct array apart, and its reference.
func record(schema *arrow.Schema, arr arrow.Array) (rec arrow.Record, err error) {
	defer caught(&err)
	defer arr.Release()
	if nulls := counted(arr.Data()); nulls != 0 {
		return nil, invalid("it is a struct array with %d nulls, and a record has none: read it with AsArray", nulls)
	}
	s := arr.(*array.Struct)
	columns := make([]arrow.Array, s.NumField())
	for i := range columns {
		columns[i] = s.Field(i)
	}
	return array.NewRecord(schema, columns, int64(s.Len())), nil
}

// tabular is the schema that a struct of fields stands for.
func tabular(f arrow.Field) (*arrow.Schema, error) {
	dt, ok := f.Type.(*arrow.StructType)
	if !ok {
		return nil, invalid("it is of type %v, and records have columns: read it with AsArray, AsChunked or AsField", f.Type)
	}
	return arrow.NewSchema(dt.Fields(), &f.Metadata), nil
}
