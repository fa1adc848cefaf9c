//go:build cgo

package rawarrow

import (
	"errors"
	"fmt"
	"sync/atomic"
	"unsafe"

	"github.com/gosnakepit/snakepit/cgo/carrow"
	"github.com/gosnakepit/snakepit/internal/capsule"
	"github.com/gosnakepit/snakepit/internal/offheap"
	"github.com/gosnakepit/snakepit/zerocopy/internal/lend"
)

var (
	// ErrReleased means that a Value was passed to Python after its last holder gave it up.
	ErrReleased = errors.New("rawarrow: the value was released: import the data again")
	// ErrTaken means that a stream was to be read a second time.
	ErrTaken = errors.New("rawarrow: the stream can be read once and was taken already: import another one")
)

// Value is Arrow data that can be an argument of a call: Python sees an object with
// __arrow_c_schema__, and __arrow_c_array__ or __arrow_c_stream__. Its methods may be
// called from any goroutine.
type Value struct {
	kind    capsule.Kind
	in      *block
	schemas tree // what a copy of the schema takes
	arrays  tree
	taken   atomic.Bool // the stream went to Python
	holders lend.Count
}

var _ capsule.Lender = (*Value)(nil)

// block is C memory for what was taken over. The value and each export refer to it.
type block struct {
	schema carrow.Schema
	array  carrow.Array
	stream carrow.Stream
	refs   atomic.Int64
}

func newBlock() (*block, error) {
	p, err := offheap.Alloc(int(unsafe.Sizeof(block{})))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", lend.ErrMemory, err)
	}
	b := (*block)(p)
	b.refs.Store(1)
	return b, nil
}

// drop releases what is there with the last reference.
func (b *block) drop() {
	if b.refs.Add(-1) > 0 {
		return
	}
	carrow.ReleaseArray(&b.array)
	carrow.ReleaseStream(&b.stream)
	carrow.ReleaseSchema(&b.schema)
	offheap.Free(unsafe.Pointer(b))
}

// Release gives up the Go program's reference. Python keeps what it has. Only the
// first call counts.
func (v *Value) Release() { v.holders.Release() }

// Lend counts one Python object more, and fails when nobody holds the value.
func (v *Value) Lend() error {
	if !v.holders.Lend() {
		return ErrReleased
	}
	return nil
}

// Drop takes back one Lend. Only the machinery that made a Python object calls it.
func (v *Value) Drop() { v.holders.Drop() }

// ArrowKind says which methods Python sees.
func (v *Value) ArrowKind() capsule.Kind { return v.kind }

// ExportSchema fills an ArrowSchema, zeroed memory of C.
func (v *Value) ExportSchema(schema uintptr) error {
	return v.share(&live.schemas, func(l *loan) error {
		return share(v.schemas, l, &v.in.schema, lend.Pointer[carrow.Schema](schema))
	})
}

// ExportArray fills an ArrowSchema and an ArrowArray, zeroed memory of C. After an
// error neither has to be released.
func (v *Value) ExportArray(schema, array uintptr) error {
	if v.kind != capsule.Array {
		return v.lacks(capsule.Array)
	}
	err := v.share(&live.arrays, func(l *loan) error {
		return share(v.arrays, l, &v.in.array, lend.Pointer[carrow.Array](array))
	})
	if err != nil {
		return err
	}
	if err = v.ExportSchema(schema); err != nil {
		carrow.ReleaseArray(lend.Pointer[carrow.Array](array))
	}
	return err
}

// ExportStream fills an ArrowArrayStream, zeroed memory of C: the stream that was
// taken over goes there, with the first call.
func (v *Value) ExportStream(stream uintptr) error {
	if v.kind != capsule.Stream {
		return v.lacks(capsule.Stream)
	}
	if !v.holders.Hold() {
		return ErrReleased
	}
	defer v.holders.Let()
	if !v.taken.CompareAndSwap(false, true) {
		return ErrTaken
	}
	*lend.Pointer[carrow.Stream](stream) = v.in.stream
	v.in.stream.Release = nil
	return nil
}

func (v *Value) lacks(kind capsule.Kind) error {
	return fmt.Errorf("rawarrow: this value has no %s: it has %s", kind.Method(), v.kind.Method())
}
