package zarrow

import (
	"fmt"
	"sync/atomic"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/gosnakepit/snakepit/internal/capsule"
	"github.com/gosnakepit/snakepit/zerocopy/internal/lend"
)

// Value is Arrow data of Go that can be an argument of a call: Python sees an object
// with __arrow_c_schema__, and __arrow_c_array__ or __arrow_c_stream__. Its methods
// may be called from any goroutine. See [Wrap].
type Value struct {
	kind capsule.Kind
	plan *capsule.SchemaTree
	data arrow.ArrayData // of kind Array
	open func() batches  // of kind Stream
	free func()

	once  bool        // a reader
	taken atomic.Bool // and its stream owns it now

	holders lend.Count
}

var _ capsule.Describer = (*Value)(nil)

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

// end is when nobody holds the value anymore.
func (v *Value) end() {
	live.values.Add(-1)
	if v.free != nil && !v.taken.Load() {
		v.free()
	}
}

// ArrowKind says which methods Python sees.
func (v *Value) ArrowKind() capsule.Kind { return v.kind }

func (v *Value) source() (batches, error) {
	switch {
	case v.kind == capsule.Schema:
		return nil, fmt.Errorf("zarrow: this value has no %s: it is a schema", capsule.Stream.Method())
	case v.kind == capsule.Array:
		v.data.Retain()
		return &single{data: v.data}, nil
	case v.once && !v.taken.CompareAndSwap(false, true):
		return nil, ErrTaken
	}
	return v.open(), nil
}

func (v *Value) noArray() error {
	return fmt.Errorf("zarrow: this value has no %s: it has %s", capsule.Array.Method(), v.kind.Method())
}
