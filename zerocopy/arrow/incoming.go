//go:build cgo

package zarrow

import (
	"sync/atomic"
	"unsafe"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/gosnakepit/snakepit/cgo/carrow"
	"github.com/gosnakepit/snakepit/internal/capsule"
	"github.com/gosnakepit/snakepit/internal/offheap"
	"github.com/gosnakepit/snakepit/zerocopy/internal/lend"
)

// incoming is a stream of Python, or one array of it that stands for a stream. It is
// released at its end, at its first error, or by close, whatever comes first.
type incoming struct {
	stream *carrow.Stream // nil when it is over
	field  arrow.Field
	first  arrow.Array // of an object that has one array
}

// open starts to read v. The caller closes it.
func open(v any, kinds ...capsule.Kind) (*incoming, error) {
	kind, block, err := lend.First(v, kinds...)
	if err != nil {
		return nil, err
	}
	if kind == capsule.Array {
		f, arr, err := readBlock(block)
		return &incoming{field: f, first: arr}, err
	}
	live.readStreams.Add(1)
	in := &incoming{stream: (*carrow.Stream)(block)}
	return in, in.start()
}

func (in *incoming) start() error {
	if s := in.stream; s.Release == nil || s.GetSchema == nil || s.GetNext == nil {
		in.close()
		return invalid("the stream was released before")
	}
	block, err := offheap.Alloc(capsule.SchemaSize)
	if err != nil {
		in.close()
		return lend.ErrMemory
	}
	defer offheap.Free(block)
	schema := (*carrow.Schema)(block)
	if errno := in.stream.Schema(schema); errno != 0 {
		err = &StreamError{errno, in.stream.LastError()}
	} else {
		in.field, err = readField(schema)
	}
	if err != nil {
		in.close()
	}
	return err
}

// close releases the stream. What was read stays.
func (in *incoming) close() {
	if in.first != nil {
		in.first.Release()
		in.first = nil
	}
	if in.stream != nil {
		carrow.ReleaseStream(in.stream)
		offheap.Free(unsafe.Pointer(in.stream))
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
	arr, err := in.pull()
	if err != nil || arr == nil {
		in.close()
	}
	return arr, err
}

func (in *incoming) pull() (arrow.Array, error) {
	block, err := offheap.Alloc(capsule.ArraySize)
	if err != nil {
		return nil, lend.ErrMemory
	}
	if errno := in.stream.Next((*carrow.Array)(block)); errno != 0 {
		offheap.Free(block)
		return nil, &StreamError{errno, in.stream.LastError()}
	}
	if (*carrow.Array)(block).Release == nil {
		offheap.Free(block)
		return nil, nil
	}
	return adopt(block).read(in.field.Type)
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
