//go:build cgo

package zarrow

import (
	"context"
	"errors"
	"fmt"
	"unsafe"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/gosnakepit/snakepit/cgo/carrow"
	"github.com/gosnakepit/snakepit/internal/capsule"
	"github.com/gosnakepit/snakepit/internal/offheap"
)

// fetch asks a Python object for its structs of one kind and leaves them in a block
// of C memory: array or stream first, the schema behind an array. Whoever called
// owns the block and what is in it.
func fetch(v any, kind capsule.Kind) (unsafe.Pointer, error) {
	from, ok := v.(capsule.Importer)
	if !ok {
		return nil, fmt.Errorf("zarrow: %T is no Python object: give the result of a call, as *snakepit.Object", v)
	}
	block, err := offheap.Alloc(capsule.ArraySize + capsule.SchemaSize)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errMemory, err)
	}
	var schema, array, stream uintptr
	switch at := uintptr(block); kind {
	case capsule.Schema:
		schema = at
	case capsule.Array:
		array, schema = at, at+capsule.ArraySize
	case capsule.Stream:
		stream = at
	}
	if err := from.ImportArrow(context.Background(), kind, schema, array, stream); err != nil {
		offheap.Free(block)
		return nil, err
	}
	return block, nil
}

// first is fetch with the first kind that the object offers.
func first(v any, kinds ...capsule.Kind) (capsule.Kind, unsafe.Pointer, error) {
	var err error
	for _, kind := range kinds {
		var block unsafe.Pointer
		if block, err = fetch(v, kind); !errors.Is(err, capsule.ErrNotOffered) {
			return kind, block, err
		}
	}
	return 0, nil, err
}

// readField reads and releases a schema.
func readField(s *carrow.Schema) (f arrow.Field, err error) {
	defer carrow.ReleaseSchema(s)
	defer caught(&err)
	return new(walk).field(s)
}

// readBlock makes an array of a block with array and schema. It takes the block.
func readBlock(block unsafe.Pointer) (arrow.Field, arrow.Array, error) {
	from := adopt(block)
	f, err := readField((*carrow.Schema)(unsafe.Add(block, capsule.ArraySize)))
	if err != nil {
		from.fail()
		return f, nil, err
	}
	arr, err := from.read(f.Type)
	return f, arr, err
}

// read makes an array of the struct, and owns it. After an error it is released.
func (f *foreign) read(dt arrow.DataType) (arrow.Array, error) {
	arr, err := (&build{from: f}).top(dt)
	if err != nil {
		f.fail()
		return nil, err
	}
	f.drop()
	return arr, nil
}

// top also finds out whether arrow-go takes the data: its constructors panic if not.
func (b *build) top(dt arrow.DataType) (arr arrow.Array, err error) {
	defer caught(&err)
	data, err := b.array(b.from.array, dt)
	if err != nil {
		return nil, err
	}
	defer data.Release()
	return array.MakeFromData(data), nil
}
