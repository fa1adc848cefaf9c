package zarrow

import (
	"context"
	"fmt"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/gosnakepit/snakepit/internal/capsule"
)

// All functions here take a Python object, a *snakepit.Object or, of another process, a
// *snakepit.ArrowData, which stays the caller's: what they return does not need it anymore. They ask without a deadline;
// the methods that they call hand out what is there and do not compute.

// AsRecord reads an object with __arrow_c_array__, or with __arrow_c_stream__ if
// that holds exactly one batch. The record shares Python's memory until its Release.
func AsRecord(v any) (arrow.Record, error) {
	in, err := open(v, capsule.Array, capsule.Stream)
	if err != nil {
		return nil, err
	}
	defer in.close()
	schema, err := tabular(in.field)
	if err != nil {
		return nil, err
	}
	arr, err := in.only("AsReader or AsTable")
	if err != nil {
		return nil, err
	}
	return record(schema, arr)
}

// AsArray reads an object with __arrow_c_array__, or with __arrow_c_stream__ if that
// holds exactly one array. The array shares Python's memory until its Release.
func AsArray(v any) (arrow.Array, error) {
	in, err := open(v, capsule.Array, capsule.Stream)
	if err != nil {
		return nil, err
	}
	defer in.close()
	return in.only("AsChunked")
}

// counting is how far a stream is read only to say how long it is.
const counting = 1000

// only wants a stream of one array.
func (in *incoming) only(instead string) (arrow.Array, error) {
	var found arrow.Array
	n := 0
	err := in.each(func(arr arrow.Array) bool {
		if n++; n > 1 {
			arr.Release()
		} else {
			found = arr
		}
		return n <= counting
	})
	if err == nil && n == 1 {
		return found, nil
	}
	if found != nil {
		found.Release()
	}
	if err == nil {
		err = fmt.Errorf("zarrow: the stream holds %s, not one: read it with %s", number(n), instead)
	}
	return nil, err
}

func number(n int) string {
	if n > counting {
		return fmt.Sprintf("more than %d batches", counting)
	}
	return fmt.Sprintf("%d batches", n)
}

// each reads until do has enough.
func (in *incoming) each(do func(arrow.Array) bool) error {
	for {
		arr, err := in.next()
		if err != nil || arr == nil || !do(arr) {
			return err
		}
	}
}

// AsReader reads an object with __arrow_c_stream__, or with __arrow_c_array__ as a
// stream of one batch. Each Next asks Python for one batch. The stream is released
// at its end, at an error, or by the last Release of the reader, which may come
// early; batches that were retained stay. A reader is for one goroutine at a time.
//
// A failure of the producer is a [StreamError].
func AsReader(v any) (array.RecordReader, error) {
	in, err := open(v, capsule.Stream, capsule.Array)
	if err != nil {
		return nil, err
	}
	schema, err := tabular(in.field)
	if err != nil {
		in.close()
		return nil, err
	}
	r := &records{in: in, schema: schema}
	r.refs.Store(1)
	return r, nil
}

// AsTable reads what [AsReader] reads, to its end. The batches become the chunks of
// the table's columns. It shares Python's memory until its Release.
func AsTable(v any) (arrow.Table, error) {
	r, err := AsReader(v)
	if err != nil {
		return nil, err
	}
	defer r.Release()
	var all []arrow.Record
	defer func() {
		for _, rec := range all {
			rec.Release()
		}
	}()
	rows := int64(0)
	for r.Next() {
		rec := r.Record()
		rec.Retain()
		all = append(all, rec)
		rows += rec.NumRows()
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	return table(r.Schema(), all, rows), nil
}

// table keeps the rows of batches without columns, too.
func table(schema *arrow.Schema, all []arrow.Record, rows int64) arrow.Table {
	if schema.NumFields() == 0 {
		return array.NewTable(schema, nil, rows)
	}
	return array.NewTableFromRecords(schema, all)
}

// AsChunked reads an object with __arrow_c_stream__ of arrays, or with
// __arrow_c_array__ as one chunk. It shares Python's memory until its Release.
func AsChunked(v any) (*arrow.Chunked, error) {
	in, err := open(v, capsule.Stream, capsule.Array)
	if err != nil {
		return nil, err
	}
	defer in.close()
	var all []arrow.Array
	defer func() {
		for _, arr := range all {
			arr.Release()
		}
	}()
	err = in.each(func(arr arrow.Array) bool {
		all = append(all, arr)
		return true
	})
	if err != nil {
		return nil, err
	}
	return arrow.NewChunked(in.field.Type, all), nil
}

// AsField reads an object with __arrow_c_schema__: a field, a type (a field without
// a name) or a schema (a field of a struct type).
func AsField(v any) (arrow.Field, error) {
	g, ok := v.(capsule.Giver)
	if !ok {
		return objectField(v)
	}
	schema, err := g.GiveSchema(context.Background())
	if err != nil {
		return arrow.Field{}, err
	}
	return readField(schema)
}

// AsSchema reads an object with __arrow_c_schema__ whose type is a struct. Nothing
// of it is shared.
func AsSchema(v any) (*arrow.Schema, error) {
	f, err := AsField(v)
	if err != nil {
		return nil, err
	}
	return tabular(f)
}
