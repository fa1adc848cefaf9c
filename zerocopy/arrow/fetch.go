//go:build cgo

package zarrow

import (
	"unsafe"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/gosnakepit/snakepit/cgo/carrow"
	"github.com/gosnakepit/snakepit/internal/capsule"
)

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
