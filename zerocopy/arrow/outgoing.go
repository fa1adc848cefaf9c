package zarrow

import (
	"fmt"
	"io"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
)

// batches is where a stream comes from. next returns data that the caller releases,
// nil at the end.
type batches interface {
	next() (arrow.ArrayData, error)
	close()
}

// pull calls the program's code, which may panic: a panic must not cross C.
func pull(src batches) (data arrow.ArrayData, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the reader of Go panicked: %v", r)
		}
	}()
	return src.next()
}

// reading is a reader as batches. It owns one reference to it.
type reading struct {
	r  array.RecordReader
	dt *arrow.StructType
}

func read(r array.RecordReader) batches {
	return &reading{r, arrow.StructOf(r.Schema().Fields()...)}
}

func (b *reading) close() { b.r.Release() }

func (b *reading) next() (arrow.ArrayData, error) {
	if !b.r.Next() {
		return nil, failure(b.r.Err())
	}
	return rows(b.r.Record(), b.dt)
}

// failure is what ended a reader: those of arrow-go's Parquet files call their end io.EOF.
func failure(err error) error {
	if err == io.EOF { // bare: a wrapped one is a file that ends too early
		return nil
	}
	return err
}

// chunks is a chunked array as batches.
type chunks struct {
	chunked *arrow.Chunked
	at      int
}

func (b *chunks) close() { b.chunked.Release() }

func (b *chunks) next() (arrow.ArrayData, error) {
	if b.at == len(b.chunked.Chunks()) {
		return nil, nil
	}
	data := b.chunked.Chunk(b.at).Data()
	b.at++
	data.Retain()
	return data, nil
}

// single is one array as batches.
type single struct {
	data arrow.ArrayData
	done bool
}

func (b *single) close() { b.data.Release() }

func (b *single) next() (arrow.ArrayData, error) {
	if b.done {
		return nil, nil
	}
	b.done = true
	b.data.Retain()
	return b.data, nil
}
