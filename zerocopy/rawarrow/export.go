//go:build cgo

package rawarrow

import (
	"errors"
	"fmt"
	"unsafe"

	"github.com/gosnakepit/snakepit/cgo/carrow"
	"github.com/gosnakepit/snakepit/internal/capsule"
	"github.com/gosnakepit/snakepit/internal/offheap"
	"github.com/gosnakepit/snakepit/zerocopy/internal/lend"
)

// All functions here take a Python object, a *snakepit.Object, which stays the
// caller's: what they give does not need it anymore. They ask without a deadline; the
// methods that they call hand out what is there and do not compute. The structs are
// overwritten without a look at what they held.

// ExportTo moves the structs of an object with __arrow_c_array__ to where another
// implementation imports them from: a struct ArrowSchema and a struct ArrowArray.
// The caller releases both.
func ExportTo(v any, schema, array unsafe.Pointer) error {
	return give(v, capsule.Array, func(block unsafe.Pointer) {
		*(*carrow.Array)(array) = *(*carrow.Array)(block)
		*(*carrow.Schema)(schema) = *(*carrow.Schema)(unsafe.Add(block, capsule.ArraySize))
	})
}

// ExportSchemaTo moves the struct of an object with __arrow_c_schema__ to a struct
// ArrowSchema. The caller releases it.
func ExportSchemaTo(v any, schema unsafe.Pointer) error {
	return give(v, capsule.Schema, func(block unsafe.Pointer) {
		*(*carrow.Schema)(schema) = *(*carrow.Schema)(block)
	})
}

// ExportStreamTo moves the struct of an object with __arrow_c_stream__ to a struct
// ArrowArrayStream. The caller releases it, at its end or before. Whoever pulls from
// it needs no Python thread: the stream attaches by itself.
func ExportStreamTo(v any, stream unsafe.Pointer) error {
	return give(v, capsule.Stream, func(block unsafe.Pointer) {
		*(*carrow.Stream)(stream) = *(*carrow.Stream)(block)
	})
}

var instead = map[capsule.Kind]string{
	capsule.Array:  "a table or reader goes by ExportStreamTo",
	capsule.Stream: "a record or array goes by ExportTo",
	capsule.Schema: "ask for the data's type or schema",
}

func give(v any, kind capsule.Kind, move func(block unsafe.Pointer)) error {
	block, err := lend.Fetch(v, kind)
	if errors.Is(err, capsule.ErrNotOffered) {
		return fmt.Errorf("rawarrow: %w: %s", err, instead[kind])
	}
	if err != nil {
		return err
	}
	move(block)
	offheap.Free(block)
	return nil
}

// release gives back what nobody took over.
func release(schema *carrow.Schema, array *carrow.Array, stream *carrow.Stream) {
	carrow.ReleaseSchema(schema)
	carrow.ReleaseArray(array)
	carrow.ReleaseStream(stream)
}
