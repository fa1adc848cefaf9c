package main

import (
	"context"
	"io"
	"sync/atomic"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"

	zarrow "github.com/gosnakepit/snakepit/zerocopy/arrow"
)

// counted is a reader that counts what was read, and closes its file at the end.
type counted struct {
	array.RecordReader
	file        io.Closer
	users       atomic.Int64
	rows, bytes int64
}

// open reads a Parquet file into memory that is not Go's. The pages of the file are
// decoded on Go's heap all the same: arrow-go v17 still looks at them after it has
// released them. Batches may not cross the file's groups of rows: arrow-go cannot join
// the dictionaries of two.
func open(ctx context.Context, path string) (*counted, error) {
	f, err := file.OpenParquetFile(path, true)
	if err != nil {
		return nil, err
	}
	r, err := pqarrow.NewFileReader(f, pqarrow.ArrowReadProperties{BatchSize: batch, Parallel: true}, zarrow.Allocator)
	if err != nil {
		return nil, err
	}
	records, err := r.GetRecordReader(ctx, nil, nil)
	if err != nil {
		return nil, err
	}
	c := &counted{RecordReader: records, file: f}
	c.users.Store(1)
	return c, nil
}

// Retain implements [array.RecordReader].
func (c *counted) Retain() { c.users.Add(1) }

// Release implements [array.RecordReader]. The last one may be Python's.
func (c *counted) Release() {
	if c.users.Add(-1) == 0 {
		c.RecordReader.Release()
		_ = c.file.Close() // it was only read
	}
}

// Next implements [array.RecordReader].
func (c *counted) Next() bool {
	if !c.RecordReader.Next() {
		return false
	}
	c.rows += c.Record().NumRows()
	for _, column := range c.Record().Columns() {
		c.bytes += size(column.Data())
	}
	return true
}

func size(data arrow.ArrayData) (n int64) {
	for _, b := range data.Buffers() {
		if b != nil {
			n += int64(b.Len())
		}
	}
	if data.DataType().ID() == arrow.DICTIONARY {
		n += size(data.Dictionary())
	}
	return n
}
