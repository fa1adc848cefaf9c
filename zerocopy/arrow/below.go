package zarrow

import (
	"unsafe"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
)

// below checks the children against the array they belong to.
func (n *node) below(children []arrow.ArrayData) error {
	if n.slots == 0 {
		return n.special(children)
	}
	switch dt := n.dt.(type) {
	case *arrow.StructType, *arrow.SparseUnionType:
		return n.long(children, n.slots)
	case *arrow.FixedSizeListType:
		if n.slots > maxBytes/int64(dt.Len()) {
			return invalid("it has %d slots, more than memory", n.slots)
		}
		return n.long(children, n.slots*int64(dt.Len()))
	case *arrow.ListType, *arrow.LargeListType, *arrow.MapType:
		if err := n.lists(children[0]); err != nil {
			return err
		}
	}
	return n.special(children)
}

func (n *node) long(children []arrow.ArrayData, slots int64) error {
	for i, child := range children {
		if int64(child.Len()) < slots {
			return within(fieldsOf(n.dt)[i].Name, invalid("it has %d slots, the array around it needs %d", child.Len(), slots))
		}
	}
	return nil
}

func (n *node) lists(child arrow.ArrayData) error {
	first, last := n.ends(1)
	if first < 0 || last < first || last > int64(child.Len()) {
		return invalid("its lists go from %d to %d, their content has %d slots", first, last, child.Len())
	}
	return nil
}

// special are the rules of types whose children may not have nulls.
func (n *node) special(children []arrow.ArrayData) error {
	switch n.dt.ID() {
	case arrow.MAP:
		entries := children[0]
		return solid("the entries and keys of a map", entries, entries.Children()[0])
	case arrow.RUN_END_ENCODED:
		if err := solid("run ends", children[0]); err != nil {
			return err
		}
		return n.runs(children[0], children[1])
	}
	return nil
}

// solid wants no nulls, also where they were not counted.
func solid(what string, all ...arrow.ArrayData) error {
	for _, d := range all {
		nulls := counted(d)
		if nulls != 0 {
			return invalid("%s have %d nulls and may have none", what, nulls)
		}
		d.(*array.Data).SetNullN(0)
	}
	return nil
}

// runs wants runs that reach to the last slot.
func (n *node) runs(ends, values arrow.ArrayData) error {
	if values.Len() < ends.Len() {
		return invalid("it has %d runs and %d values", ends.Len(), values.Len())
	}
	if n.slots == 0 {
		return nil
	}
	if ends.Len() == 0 {
		return invalid("it has %d slots and no run", n.slots)
	}
	if last := runEnd(ends, ends.Len()-1); last < n.slots {
		return invalid("its runs end at %d, it has %d slots", last, n.slots)
	}
	return nil
}

func runEnd(ends arrow.ArrayData, i int) int64 {
	p, at := unsafe.Pointer(unsafe.SliceData(ends.Buffers()[1].Bytes())), ends.Offset()+i
	if ends.DataType().ID() == arrow.INT16 {
		return int64(*(*int16)(unsafe.Add(p, 2*at)))
	}
	bits := int64(32)
	if ends.DataType().ID() == arrow.INT64 {
		bits = 64
	}
	return offset(p, bits, int64(at))
}
