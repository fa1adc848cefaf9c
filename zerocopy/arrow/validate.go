package zarrow

import (
	"fmt"
	"unsafe"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/bitutil"
)

// Validate looks at every slot of an [arrow.Record], [arrow.Table], [arrow.Array] or
// [*arrow.Chunked]: offsets, indices of dictionaries, codes of unions, views, run ends
// and UTF-8. Reading checks only what takes no time; call this for data of a producer
// that is not trusted, before it is used. What it finds is an [InvalidError].
func Validate(v any) (err error) {
	defer caught(&err)
	switch v := v.(type) {
	case arrow.Record:
		return columns(v.Schema(), func(i int) error { return full(v.Column(i).Data()) })
	case arrow.Table:
		return columns(v.Schema(), func(i int) error { return Validate(v.Column(i).Data()) })
	case *arrow.Chunked:
		for _, chunk := range v.Chunks() {
			if err := full(chunk.Data()); err != nil {
				return err
			}
		}
		return nil
	case arrow.Array:
		return full(v.Data())
	}
	return fmt.Errorf("zarrow: Validate takes no %T: give it a record, table, array or chunked array", v)
}

func columns(schema *arrow.Schema, check func(int) error) error {
	for i, f := range schema.Fields() {
		if err := check(i); err != nil {
			return within(f.Name, err)
		}
	}
	return nil
}

func full(data arrow.ArrayData) error {
	dt := storage(data.DataType())
	c := checker{data: data, dt: dt, shape: shapeOf(dt)}
	if err := c.shape.check(data); err != nil {
		return err
	}
	if data.Len() > 0 {
		if err := c.slots(); err != nil {
			return err
		}
	}
	for i, child := range data.Children() {
		if err := full(child); err != nil {
			return within(fieldsOf(dt)[i].Name, err)
		}
	}
	if dict := dictionary(data); dict != nil {
		return full(dict)
	}
	return nil
}

// checker goes through the slots of one array, which has some.
type checker struct {
	data  arrow.ArrayData
	dt    arrow.DataType
	shape shape
}

func (c *checker) slots() error {
	switch dt := c.dt.(type) {
	case *arrow.ListType, *arrow.LargeListType, *arrow.MapType:
		return c.rising(int64(c.data.Children()[0].Len()), nil)
	case *arrow.StringType, *arrow.LargeStringType:
		return c.rising(int64(len(c.shape.buffer(c.data, 2))), c.shape.buffer(c.data, 2))
	case *arrow.BinaryType, *arrow.LargeBinaryType:
		return c.rising(int64(len(c.shape.buffer(c.data, 2))), nil)
	case *arrow.ListViewType, *arrow.LargeListViewType:
		return c.listViews()
	case *arrow.StringViewType:
		return c.views(true)
	case *arrow.BinaryViewType:
		return c.views(false)
	case *arrow.DictionaryType:
		return c.indices(dt.IndexType)
	case arrow.UnionType:
		return c.codes(dt)
	case *arrow.RunEndEncodedType:
		return c.runs()
	}
	return nil
}

func (c *checker) each(do func(i int64) error) error {
	for i := int64(c.data.Offset()); i < int64(c.data.Offset()+c.data.Len()); i++ {
		if err := do(i); err != nil {
			return err
		}
	}
	return nil
}

// valid says whether the slot has a value: what is under a null does not matter.
func (c *checker) valid(i int64) bool {
	bits := c.shape.buffer(c.data, 0)
	return len(bits) == 0 || bitutil.BitIsSet(bits, int(i))
}

func (c *checker) at(buffer int, i int64) int64 {
	return offset(unsafe.Pointer(unsafe.SliceData(c.shape.buffer(c.data, buffer))), c.shape.bufs[buffer].bits, i)
}
