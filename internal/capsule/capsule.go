package capsule

import (
	"context"
	"errors"
)

// Kind is which of Arrow's C structs an object offers.
type Kind uint8

// The kinds: the methods __arrow_c_schema__, __arrow_c_array__ and __arrow_c_stream__.
const (
	Schema Kind = iota + 1
	Array
	Stream
)

// Method is the name of the Python method that gives this kind.
func (k Kind) Method() string {
	switch k {
	case Schema:
		return "__arrow_c_schema__"
	case Array:
		return "__arrow_c_array__"
	case Stream:
		return "__arrow_c_stream__"
	}
	return "no method"
}

// Sizes of the C structs in bytes, on machines of 64 bits.
const (
	SchemaSize = 72 // struct ArrowSchema
	ArraySize  = 80 // struct ArrowArray
	StreamSize = 40 // struct ArrowArrayStream
)

// ErrNotOffered is what an [Importer] wraps when the object lacks the method of a kind.
var ErrNotOffered = errors.New("the object does not have this Arrow method")

// Exporter is a Go value that Python sees as an object with __arrow_c_schema__,
// and __arrow_c_array__ or __arrow_c_stream__, as its kind says. Exports may come
// many times and from any goroutine, until Drop.
//
// All structs that are filled are given back by their release callbacks, on any
// thread. Callbacks enter Go; those of a stream may block in it, so whoever hands
// a stream to Python must detach around get_next.
type Exporter interface {
	ArrowKind() Kind
	ExportSchema(schema uintptr) error       // zeroed C memory of SchemaSize
	ExportArray(schema, array uintptr) error // zeroed C memory of SchemaSize and ArraySize
	ExportStream(stream uintptr) error       // zeroed C memory of StreamSize; a reader can be taken once
	Drop()                                   // Python's last reference is gone
}

// Lender is an [Exporter] that counts the Python objects made of it: Lend before
// one is made, Drop when it is gone. Lend fails when nobody holds the value anymore.
type Lender interface {
	Exporter
	Lend() error
}

// Importer is a Python object that offers Arrow data. ImportArrow calls the method
// of the kind and moves the structs into the memory given, zeroed C memory of the
// sizes above, 0 for what the kind does not need: Schema fills schema, Array fills
// schema and array, Stream fills stream. After an error all of it is released.
// An object without the method is an error that wraps [ErrNotOffered].
type Importer interface {
	ImportArrow(ctx context.Context, kind Kind, schema, array, stream uintptr) error
}
