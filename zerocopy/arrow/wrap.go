package zarrow

import (
	"fmt"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"github.com/gosnakepit/snakepit/internal/capsule"
)

// Wrap makes an argument for Python of an [arrow.Record], [arrow.Array],
// [arrow.Table], [*arrow.Chunked], [array.RecordReader], [*arrow.Schema],
// [arrow.Field] or [arrow.DataType]. It retains v; the caller keeps its own
// reference, and releases the Value when the call is done.
//
// Records and arrays can be read any number of times, by array or by stream; tables
// and chunked arrays too, by stream. A reader can be read once, is asked for one
// batch at a time, and only when Python wants it; nobody else may use it meanwhile.
//
// A type that cannot cross is an [UnsupportedError] that names the field.
func Wrap(v any) (*Value, error) {
	switch v := v.(type) {
	case arrow.Record:
		return wrapRecord(v)
	case arrow.Table:
		return wrapStream(v, v.Schema(), func() batches { return read(array.NewTableReader(v, 0)) })
	case array.RecordReader:
		return wrapReader(v)
	case *arrow.Chunked:
		return wrapChunked(v)
	case arrow.Array:
		return wrapArray(v)
	case *arrow.Schema:
		p, err := planSchema(v)
		return finish(&Value{kind: capsule.Schema, plan: p}, err)
	case arrow.Field:
		p, err := planField(v)
		return finish(&Value{kind: capsule.Schema, plan: p}, err)
	case arrow.DataType:
		return Wrap(arrow.Field{Type: v, Nullable: true})
	}
	return nil, fmt.Errorf("zarrow: Wrap takes no %T: give it a record, array, table, chunked array, reader, schema, field or type of arrow-go v17", v)
}

func finish(v *Value, err error) (*Value, error) {
	if err != nil {
		if v.free != nil {
			v.free()
		}
		return nil, err
	}
	v.holders.Start(v.end)
	live.values.Add(1)
	return v, nil
}

func wrapRecord(rec arrow.Record) (v *Value, err error) {
	defer caught(&err)
	p, err := planSchema(rec.Schema())
	if err != nil {
		return nil, err
	}
	data, err := rows(rec, arrow.StructOf(rec.Schema().Fields()...))
	if err != nil {
		return nil, err
	}
	return finish(&Value{kind: capsule.Array, plan: p, data: data, free: data.Release}, nil)
}

func wrapArray(arr arrow.Array) (v *Value, err error) {
	defer caught(&err)
	p, err := planField(arrow.Field{Type: arr.DataType(), Nullable: true})
	if err != nil {
		return nil, err
	}
	data := arr.Data()
	data.Retain()
	return finish(&Value{kind: capsule.Array, plan: p, data: data, free: data.Release}, nil)
}

func wrapChunked(c *arrow.Chunked) (*Value, error) {
	c.Retain()
	p, err := planField(arrow.Field{Type: c.DataType(), Nullable: true})
	open := func() batches { c.Retain(); return &chunks{chunked: c} }
	return finish(&Value{kind: capsule.Stream, plan: p, open: open, free: c.Release}, err)
}

type retained interface {
	Retain()
	Release()
}

func wrapStream(v retained, schema *arrow.Schema, open func() batches) (*Value, error) {
	v.Retain()
	p, err := planSchema(schema)
	return finish(&Value{kind: capsule.Stream, plan: p, open: open, free: v.Release}, err)
}

func wrapReader(r array.RecordReader) (v *Value, err error) {
	defer caught(&err)
	schema := r.Schema()
	if schema == nil {
		return nil, fmt.Errorf("zarrow: the reader has no schema, and cannot be lent (its error: %v)", r.Err())
	}
	v, err = wrapStream(r, schema, func() batches { return read(r) }) // with the value's reference
	if err == nil {
		v.once = true
	}
	return v, err
}

// rows is a record as C sees it: a struct array without nulls.
func rows(rec arrow.Record, dt *arrow.StructType) (arrow.ArrayData, error) {
	fields := dt.Fields()
	columns := make([]arrow.ArrayData, rec.NumCols())
	if len(columns) != len(fields) {
		return nil, invalid("it has %d columns, its schema %d fields", len(columns), len(fields))
	}
	for i, col := range rec.Columns() {
		if !arrow.TypeEqual(col.DataType(), fields[i].Type) {
			return nil, within(fields[i].Name, invalid("its type is %v, the schema says %v", col.DataType(), fields[i].Type))
		}
		columns[i] = col.Data()
	}
	return array.NewData(dt, int(rec.NumRows()), []*memory.Buffer{nil}, columns, 0, 0), nil
}
