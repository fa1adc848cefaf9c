//go:build cgo

package zarrow

import (
	"unsafe"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/gosnakepit/snakepit/cgo/carrow"
	"github.com/gosnakepit/snakepit/internal/capsule"
)

// takeField reads and releases a schema.
func takeField(s *carrow.Schema) (arrow.Field, error) {
	defer carrow.ReleaseSchema(s)
	var tree capsule.SchemaTree
	if err := new(walk).schema(s, &tree); err != nil {
		return arrow.Field{}, err
	}
	return readField(&tree)
}

// schema copies s and all below it. Nothing of it is kept.
func (w *walk) schema(s *carrow.Schema, to *capsule.SchemaTree) (err error) {
	if err := w.enter(); err != nil {
		return err
	}
	defer w.leave()
	if s == nil || s.Release == nil {
		return invalid("its schema was released before")
	}
	if to.Name, err = text(s.Name); err != nil {
		return err
	}
	if err = w.content(s, to); err != nil && w.level > 1 {
		err = within(to.Name, err)
	}
	return err
}

func (w *walk) content(s *carrow.Schema, to *capsule.SchemaTree) (err error) {
	to.Flags = s.Flags
	if to.Metadata, err = pairs(s.Metadata); err != nil {
		return err
	}
	if to.Format, err = text(s.Format); err != nil {
		return err
	}
	if s.NumChildren < 0 || s.NumChildren > maxNodes || s.NumChildren > 0 && s.Children == nil {
		return invalid("its schema has %d children, or says so", s.NumChildren)
	}
	for i := range int(s.NumChildren) {
		var child capsule.SchemaTree
		if err := w.schema(s.Child(i), &child); err != nil {
			return err
		}
		to.Children = append(to.Children, child)
	}
	if s.Dictionary == nil {
		return nil
	}
	to.Dictionary = new(capsule.SchemaTree)
	return w.schema(s.Dictionary, to.Dictionary)
}

// text copies a C string.
func text(p unsafe.Pointer) (string, error) {
	if p == nil {
		return "", nil
	}
	for n := 0; n < maxText; n++ {
		if *(*byte)(unsafe.Add(p, n)) == 0 {
			return string(unsafe.Slice((*byte)(p), n)), nil
		}
	}
	return "", invalid("a name or format of its schema does not end")
}

// pairs copies the metadata of a field, which say themselves how long they are.
func pairs(p unsafe.Pointer) ([]byte, error) {
	if p == nil {
		return nil, nil
	}
	number := func(at int) int32 {
		n, _ := next32(unsafe.Slice((*byte)(unsafe.Add(p, at)), 4))
		return n
	}
	n, size := number(0), 4
	if n < 0 || n > maxPairs {
		return nil, invalid("its metadata has %d entries, or says so", n)
	}
	for range 2 * n {
		length := number(size)
		if length < 0 || length > 64*maxText {
			return nil, invalid("its metadata has an entry of %d bytes, or says so", length)
		}
		size += 4 + int(length)
	}
	return append([]byte(nil), unsafe.Slice((*byte)(p), size)...), nil
}
