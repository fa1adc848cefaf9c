package zarrow

import (
	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/bitutil"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// maxBytes bounds one buffer: more than this no machine has, and sums do not overflow.
const maxBytes = 1 << 46

// build reads the arrays of a producer. What does not depend on the length of the
// data is checked; see [Validate] for the rest.
type build struct {
	walk
	from *foreign
}

// array makes data of type dt over the memory of a. The result belongs to the caller.
func (b *build) array(a given, dt arrow.DataType) (*array.Data, error) {
	if err := b.enter(); err != nil {
		return nil, err
	}
	defer b.leave()
	if a == nil || a.released() {
		return nil, invalid("its array was released before")
	}
	in := storage(dt)
	n := node{from: b.from, a: a, dt: in, shape: shapeOf(in)}
	if err := n.frame(); err != nil {
		return nil, err
	}
	buffers, err := n.buffers()
	if err != nil {
		return nil, err
	}
	children, err := b.children(a, in)
	if err != nil {
		return nil, err
	}
	if err := n.below(children); err != nil {
		return nil, err
	}
	values, err := b.dictionary(a, in)
	if err != nil {
		return nil, err
	}
	return n.data(dt, buffers, children, values), nil
}

func (b *build) children(a given, dt arrow.DataType) ([]arrow.ArrayData, error) {
	fields := fieldsOf(dt)
	if n, listed := a.children(); n != int64(len(fields)) || len(fields) > 0 && !listed {
		return nil, invalid("its array has %d children, its type has %d", n, len(fields))
	}
	children := make([]arrow.ArrayData, len(fields))
	for i, f := range fields {
		child, err := b.array(a.child(i), f.Type)
		if err != nil {
			return nil, within(f.Name, err)
		}
		children[i] = child
	}
	return children, nil
}

func (b *build) dictionary(a given, dt arrow.DataType) (*array.Data, error) {
	dict, ok := dt.(*arrow.DictionaryType)
	values := a.values()
	switch {
	case ok != (values != nil):
		return nil, invalid("its array and its schema disagree on whether there is a dictionary")
	case !ok:
		return nil, nil
	}
	return b.array(values, dict.ValueType)
}

// node is one array on its way.
type node struct {
	from   *foreign
	a      given
	length int64
	told   int64 // how many nulls the producer says there are
	dt     arrow.DataType
	shape  shape
	slots  int64 // offset and length, 0 if there are none to read
	offset int64
	nulls  int64
}

// frame checks the numbers of the struct.
func (n *node) frame() error {
	length, nulls, offset := n.a.numbers()
	switch {
	case length < 0 || offset < 0 || length > maxBytes || offset > maxBytes:
		return invalid("its length is %d, its offset %d", length, offset)
	case nulls < -1 || nulls > length:
		return invalid("it has %d nulls in %d slots, or says so", nulls, length)
	}
	n.length, n.told = length, nulls
	if length > 0 {
		n.offset, n.slots = offset, offset+length
	}
	return n.count()
}

// count checks the number of buffers. Unions had a bitmap before Arrow 1.0, and C++
// of that time still shows it.
func (n *node) count() error {
	want := int64(n.shape.n)
	have, listed := n.a.buffers()
	switch {
	case n.shape.views && have > want && have < maxNodes:
	case n.shape.first == 1 && have == want+1 && listed:
		n.shape.first = 0
	case have != want:
		return invalid("it has %d buffers, its type %v has %d", have, n.dt, want)
	}
	if have > 0 && !listed {
		return invalid("it has no list of its %d buffers", have)
	}
	return nil
}

// data makes the result, which retains what it is given: the references of the
// makers are given up.
func (n *node) data(dt arrow.DataType, buffers []*memory.Buffer, children []arrow.ArrayData, values *array.Data) *array.Data {
	nulls := n.nulls
	if n.dt.ID() == arrow.NULL {
		nulls = n.length
	}
	d := array.NewData(dt, int(n.length), buffers, children, int(nulls), int(n.offset))
	if values != nil {
		d.SetDictionary(values)
	}
	memory.ReleaseBuffers(buffers)
	for _, child := range children {
		child.Release()
	}
	if values != nil {
		values.Release()
	}
	return d
}

// counted is the number of nulls, counted if the producer did not.
func counted(d arrow.ArrayData) int {
	if d.NullN() >= 0 {
		return d.NullN()
	}
	return d.Len() - bitutil.CountSetBits(d.Buffers()[0].Bytes(), d.Offset(), d.Len())
}
