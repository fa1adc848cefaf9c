//go:build cgo

package zarrow

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"syscall"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/gosnakepit/snakepit/cgo/carrow"
	"github.com/gosnakepit/snakepit/zerocopy/internal/lend"
)

// batches is where a stream comes from. next returns data that the caller releases,
// nil at the end.
type batches interface {
	next() (arrow.ArrayData, error)
	close()
}

// outgoing is a stream in C's hands. It pulls one batch for each get_next.
type outgoing struct {
	plan *plan
	mu   sync.Mutex // consumers should not call at once, but some have threads
	src  batches
}

// Schema is get_schema.
func (s *outgoing) Schema(out uintptr) (syscall.Errno, string) {
	return errno(s.plan.write(lend.Pointer[carrow.Schema](out)))
}

// Next is get_next.
func (s *outgoing) Next(out uintptr) (syscall.Errno, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	data, err := pull(s.src)
	if err != nil || data == nil {
		return errno(err)
	}
	defer data.Release()
	return errno(lendOut(data, lend.Pointer[carrow.Array](out)))
}

// Drop is release, also long before the end.
func (s *outgoing) Drop() {
	live.streams.Add(-1)
	s.src.close()
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

func errno(err error) (syscall.Errno, string) {
	switch {
	case err == nil:
		return 0, ""
	case errors.Is(err, context.Canceled):
		return syscall.ECANCELED, err.Error()
	case errors.Is(err, context.DeadlineExceeded):
		return syscall.ETIMEDOUT, err.Error()
	case errors.Is(err, lend.ErrMemory):
		return syscall.ENOMEM, err.Error()
	}
	return syscall.EIO, err.Error()
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
