//go:build cgo

package zarrow

import (
	"unsafe"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/gosnakepit/snakepit/cgo/carrow"
	"github.com/gosnakepit/snakepit/internal/capsule"
	"github.com/gosnakepit/snakepit/internal/offheap"
	"github.com/gosnakepit/snakepit/zerocopy/internal/lend"
)

// openObject is open for an object of this process.
func openObject(v any, kinds ...capsule.Kind) (*incoming, error) {
	kind, block, err := lend.First(v, kinds...)
	if err != nil {
		return nil, err
	}
	if kind == capsule.Array {
		f, arr, err := readBlock(block)
		return &incoming{field: f, first: arr}, err
	}
	s := cstream{(*carrow.Stream)(block)}
	f, err := s.schema()
	if err != nil {
		s.close()
		return nil, err
	}
	return started(f, s), nil
}

// objectField asks an object of this process for its schema.
func objectField(v any) (arrow.Field, error) {
	block, err := lend.Fetch(v, capsule.Schema)
	if err != nil {
		return arrow.Field{}, err
	}
	defer offheap.Free(block)
	return takeField((*carrow.Schema)(block))
}

// readBlock makes an array of a block with array and schema. It takes the block.
func readBlock(block unsafe.Pointer) (arrow.Field, arrow.Array, error) {
	from := adoptBlock(block)
	f, err := takeField((*carrow.Schema)(unsafe.Add(block, capsule.ArraySize)))
	if err != nil {
		from.fail()
		return f, nil, err
	}
	arr, err := from.read(structs{(*carrow.Array)(block)}, f.Type)
	return f, arr, err
}

// adoptBlock takes what was moved into block, whose first struct is an array.
func adoptBlock(block unsafe.Pointer) *foreign {
	return adopt(func() {
		carrow.ReleaseArray((*carrow.Array)(block))
		offheap.Free(block)
	})
}

// cstream is an ArrowArrayStream of Python in memory of our own.
type cstream struct{ *carrow.Stream }

func (s cstream) close() {
	carrow.ReleaseStream(s.Stream)
	offheap.Free(unsafe.Pointer(s.Stream))
}

func (s cstream) schema() (f arrow.Field, err error) {
	if s.Release == nil || s.GetSchema == nil || s.GetNext == nil {
		return f, invalid("the stream was released before")
	}
	block, err := offheap.Alloc(capsule.SchemaSize)
	if err != nil {
		return f, lend.ErrMemory
	}
	defer offheap.Free(block)
	schema := (*carrow.Schema)(block)
	if errno := s.Schema(schema); errno != 0 {
		return f, &StreamError{errno, s.LastError()}
	}
	return takeField(schema)
}

func (s cstream) next(dt arrow.DataType) (arrow.Array, error) {
	block, err := offheap.Alloc(capsule.ArraySize)
	if err != nil {
		return nil, lend.ErrMemory
	}
	a := (*carrow.Array)(block)
	if errno := s.Next(a); errno != 0 {
		offheap.Free(block)
		return nil, &StreamError{errno, s.LastError()}
	}
	if a.Release == nil {
		offheap.Free(block)
		return nil, nil
	}
	return adoptBlock(block).read(structs{a}, dt)
}
