//go:build cgo

package rawarrow

import (
	"fmt"
	"unsafe"

	"github.com/gosnakepit/snakepit/cgo/carrow"
	"github.com/gosnakepit/snakepit/internal/capsule"
)

// What a producer may ask us to read.
const (
	depth    = 64
	maxNodes = 1 << 20
)

// InvalidError is a struct that breaks the rules of the C data interface. It was
// released, if there was anything to release.
type InvalidError struct{ Reason string }

func (e *InvalidError) Error() string {
	return fmt.Sprintf("rawarrow: the C structs are not valid: %s; look at the code that filled them", e.Reason)
}

func invalid(format string, args ...any) error {
	return &InvalidError{fmt.Sprintf(format, args...)}
}

// ImportFrom takes over a struct ArrowSchema and a struct ArrowArray that another
// implementation exported: a record, which is an array of structs, or any array.
// Python may read it any number of times.
//
// It takes them in any case: both are marked as released, and were after an error,
// which is an [InvalidError].
func ImportFrom(schema, array unsafe.Pointer) (*Value, error) {
	return take(capsule.Array, schema, array, nil)
}

// ImportSchemaFrom takes over a struct ArrowSchema, as [ImportFrom] does.
func ImportSchemaFrom(schema unsafe.Pointer) (*Value, error) {
	return take(capsule.Schema, schema, nil, nil)
}

// ImportStreamFrom takes over a struct ArrowArrayStream, as [ImportFrom] does, and asks
// it for its schema. Python may read it once, and asks for one batch at a time; the
// stream's callbacks are called on any thread, while that thread is detached from Python.
func ImportStreamFrom(stream unsafe.Pointer) (*Value, error) {
	return take(capsule.Stream, nil, nil, stream)
}

func take(kind capsule.Kind, schema, array, stream unsafe.Pointer) (*Value, error) {
	in, err := newBlock()
	if err != nil {
		release((*carrow.Schema)(schema), (*carrow.Array)(array), (*carrow.Stream)(stream))
		return nil, err
	}
	if s := (*carrow.Schema)(schema); s != nil {
		in.schema, s.Release = *s, nil
	}
	if a := (*carrow.Array)(array); a != nil {
		in.array, a.Release = *a, nil
	}
	if s := (*carrow.Stream)(stream); s != nil {
		in.stream, s.Release = *s, nil
	}
	v := &Value{kind: kind, in: in}
	if err := v.look(); err != nil {
		in.drop()
		return nil, err
	}
	live.values.Add(1)
	v.holders.Start(v.end)
	return v, nil
}

func (v *Value) end() {
	v.in.drop()
	live.values.Add(-1)
}

// look measures what came, and refuses what cannot be shared.
func (v *Value) look() error {
	if v.kind == capsule.Stream {
		if err := v.in.begin(); err != nil {
			return err
		}
	}
	if v.in.schema.Release == nil {
		return invalid("there is no schema, or it was released before")
	}
	if err := measure(&v.schemas, &v.in.schema, 0); err != nil || v.kind != capsule.Array {
		return err
	}
	if v.in.array.Release == nil {
		return invalid("there is no array, or it was released before")
	}
	if err := measure(&v.arrays, &v.in.array, 0); err != nil {
		return err
	}
	return agree(&v.in.schema, &v.in.array)
}

// begin asks the stream for its schema.
func (b *block) begin() error {
	s := &b.stream
	if s.Release == nil || s.GetSchema == nil || s.GetNext == nil {
		return invalid("there is no stream, or it was released before")
	}
	if errno := s.Schema(&b.schema); errno != 0 {
		b.schema.Release = nil // whatever is there, it is not a schema
		return fmt.Errorf("rawarrow: the stream gives no schema: %s (%w); it was released", s.LastError(), errno)
	}
	return nil
}
