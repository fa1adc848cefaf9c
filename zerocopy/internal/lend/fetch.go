package lend

import (
	"context"
	"errors"
	"fmt"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/capsule"
	"github.com/gosnakepit/snakepit/internal/offheap"
)

// ErrMemory means that there is no memory for structs.
var ErrMemory = errors.New("snakepit: the system gives no memory for Arrow's structs: release something and try again")

// Fetch asks a Python object for its structs of one kind and leaves them in a block
// of C memory, of package offheap: array or stream first, the schema behind an array.
// Whoever called owns the block and what is in it. It asks without a deadline.
func Fetch(v any, kind capsule.Kind) (unsafe.Pointer, error) {
	from, ok := v.(capsule.Importer)
	if !ok {
		return nil, fmt.Errorf("snakepit: %T is no Python object with Arrow data: give the result of a call, as *snakepit.Object", v)
	}
	block, err := offheap.Alloc(capsule.ArraySize + capsule.SchemaSize)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMemory, err)
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

// First is Fetch with the first kind that the object offers.
func First(v any, kinds ...capsule.Kind) (capsule.Kind, unsafe.Pointer, error) {
	var err error
	for _, kind := range kinds {
		var block unsafe.Pointer
		if block, err = Fetch(v, kind); !errors.Is(err, capsule.ErrNotOffered) {
			return kind, block, err
		}
	}
	return 0, nil, err
}
