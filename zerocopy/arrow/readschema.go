package zarrow

import (
	"encoding/binary"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/gosnakepit/snakepit/internal/capsule"
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

// field reads s and all below it.
func (w *walk) field(s *capsule.SchemaTree) (f arrow.Field, err error) {
	if err := w.enter(); err != nil {
		return f, err
	}
	defer w.leave()
	f.Name, f.Nullable = s.Name, s.Flags&flagNullable != 0
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

func (w *walk) dataType(s *capsule.SchemaTree) (arrow.DataType, error) {
	fields := make([]arrow.Field, 0, len(s.Children))
	for i := range s.Children {
		f, err := w.field(&s.Children[i])
		if err != nil {
			return nil, err
		}
		fields = append(fields, f)
	}
	dt, err := parse(s.Format, fields, s.Flags)
	if err != nil || s.Dictionary == nil {
		return dt, err
	}
	return w.dictionary(s, dt)
}

func (w *walk) dictionary(s *capsule.SchemaTree, index arrow.DataType) (arrow.DataType, error) {
	if !arrow.IsInteger(index.ID()) {
		return nil, invalid("the indices of a dictionary are integers, not %v", index)
	}
	values, err := w.field(s.Dictionary)
	if err != nil {
		return nil, err
	}
	return &arrow.DictionaryType{IndexType: index, ValueType: values.Type, Ordered: s.Flags&flagOrdered != 0}, nil
}

// decode reads the metadata of a field: counts and lengths of 32 bits, and the bytes.
func decode(from []byte) (arrow.Metadata, error) {
	if from == nil {
		return arrow.Metadata{}, nil
	}
	pairs, from := next32(from)
	if pairs < 0 || pairs > maxPairs {
		return arrow.Metadata{}, invalid("its metadata has %d entries, or says so", pairs)
	}
	both := make([]string, 2*pairs)
	for i := range both {
		var n int32
		if n, from = next32(from); n < 0 || int(n) > len(from) {
			return arrow.Metadata{}, invalid("its metadata has an entry of %d bytes, or says so", n)
		}
		both[i], from = string(from[:n]), from[n:]
	}
	keys, values := make([]string, pairs), make([]string, pairs)
	for i := range keys {
		keys[i], values[i] = both[2*i], both[2*i+1]
	}
	return arrow.NewMetadata(keys, values), nil
}

// next32 reads a number, -1 where there is none.
func next32(from []byte) (int32, []byte) {
	if len(from) < 4 {
		return -1, nil
	}
	return int32(binary.NativeEndian.Uint32(from)), from[4:]
}

// readField reads a schema.
func readField(s *capsule.SchemaTree) (f arrow.Field, err error) {
	defer caught(&err)
	return new(walk).field(s)
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
