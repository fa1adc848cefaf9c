//go:build cgo

package zarrow

import (
	"unsafe"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/gosnakepit/snakepit/cgo/carrow"
)

// What a producer may ask us to read. C's strings do not say how long they are.
const (
	maxNodes = 1 << 20
	maxText  = 1 << 20
	maxPairs = 1 << 16
)

// walk goes through the structs of a producer, which may be wrong in any way.
type walk struct {
	nodes int
	level int
}

func (w *walk) enter() error {
	w.nodes++
	w.level++
	if w.level > depth+1 || w.nodes > maxNodes {
		return invalid("it is nested too deep or has too many children")
	}
	return nil
}

func (w *walk) leave() { w.level-- }

// field reads s and all below it. Nothing of it is kept.
func (w *walk) field(s *carrow.Schema) (f arrow.Field, err error) {
	if err := w.enter(); err != nil {
		return f, err
	}
	defer w.leave()
	if s == nil || s.Release == nil {
		return f, invalid("its schema was released before")
	}
	if f.Name, err = text(s.Name); err != nil {
		return f, err
	}
	f.Nullable = s.Flags&carrow.FlagNullable != 0
	if f.Metadata, err = decode(s.Metadata); err == nil {
		f.Type, err = w.dataType(s)
	}
	if err == nil {
		err = extend(&f)
	}
	if err != nil && w.level > 1 {
		err = within(f.Name, err)
	}
	return f, err
}

func (w *walk) dataType(s *carrow.Schema) (arrow.DataType, error) {
	format, err := text(s.Format)
	if err != nil {
		return nil, err
	}
	if s.NumChildren < 0 || s.NumChildren > maxNodes || s.NumChildren > 0 && s.Children == nil {
		return nil, invalid("its schema has %d children, or says so", s.NumChildren)
	}
	fields := make([]arrow.Field, 0, min(s.NumChildren, 64))
	for i := range int(s.NumChildren) {
		f, err := w.field(s.Child(i))
		if err != nil {
			return nil, err
		}
		fields = append(fields, f)
	}
	dt, err := parse(format, fields, s.Flags)
	if err != nil || s.Dictionary == nil {
		return dt, err
	}
	return w.dictionary(s, dt)
}

func (w *walk) dictionary(s *carrow.Schema, index arrow.DataType) (arrow.DataType, error) {
	if !arrow.IsInteger(index.ID()) {
		return nil, invalid("the indices of a dictionary are integers, not %v", index)
	}
	values, err := w.field(s.Dictionary)
	if err != nil {
		return nil, err
	}
	return &arrow.DictionaryType{IndexType: index, ValueType: values.Type, Ordered: s.Flags&carrow.FlagOrdered != 0}, nil
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

// decode copies the metadata of a field.
func decode(p unsafe.Pointer) (arrow.Metadata, error) {
	if p == nil {
		return arrow.Metadata{}, nil
	}
	pairs := next32(&p)
	if pairs < 0 || pairs > maxPairs {
		return arrow.Metadata{}, invalid("its metadata has %d entries, or says so", pairs)
	}
	both := make([]string, 2*pairs)
	for i := range both {
		n := next32(&p)
		if n < 0 || n > 64*maxText {
			return arrow.Metadata{}, invalid("its metadata has an entry of %d bytes, or says so", n)
		}
		both[i] = string(unsafe.Slice((*byte)(p), n))
		p = unsafe.Add(p, n)
	}
	keys, values := make([]string, pairs), make([]string, pairs)
	for i := range keys {
		keys[i], values[i] = both[2*i], both[2*i+1]
	}
	return arrow.NewMetadata(keys, values), nil
}

func next32(p *unsafe.Pointer) (n int32) {
	copy(unsafe.Slice((*byte)(unsafe.Pointer(&n)), 4), unsafe.Slice((*byte)(*p), 4))
	*p = unsafe.Add(*p, 4)
	return n
}

// extend gives a field its extension type if the program registered that. If not,
// the field has the type that lies in memory, and its metadata tell the rest; so
// has a dictionary, of which arrow-go v17 makes no extension arrays.
func extend(f *arrow.Field) error {
	name, ok := f.Metadata.GetValue(extensionName)
	known := arrow.GetExtensionType(name)
	if !ok || known == nil || f.Type.ID() == arrow.DICTIONARY {
		return nil
	}
	data, _ := f.Metadata.GetValue(extensionData)
	dt, err := known.Deserialize(f.Type, data)
	if err != nil {
		return invalid("its extension type %s refuses it: %v", name, err)
	}
	f.Type = dt
	var keys, values []string
	for i, key := range f.Metadata.Keys() {
		if key != extensionName && key != extensionData {
			keys, values = append(keys, key), append(values, f.Metadata.Values()[i])
		}
	}
	f.Metadata = arrow.NewMetadata(keys, values)
	return nil
}
