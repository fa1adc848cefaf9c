package zarrow

import (
	"encoding/binary"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/gosnakepit/snakepit/internal/capsule"
)

// Flags of a schema.
const (
	flagOrdered    = 1 // dictionary: the order of its values means something
	flagNullable   = 2
	flagKeysSorted = 4 // map
)

// depth bounds how deep types are nested, also those of hostile producers.
const depth = 64

// Keys of a field's metadata that carry its extension type.
const (
	extensionName = "ARROW:extension:name"
	extensionData = "ARROW:extension:metadata"
)

func planSchema(schema *arrow.Schema) (*capsule.SchemaTree, error) {
	if !schema.IsNativeEndian() {
		return nil, &UnsupportedError{Type: schema.Endianness().String() + "-endian data", Reason: "C takes this machine's order of bytes"}
	}
	fields := schema.Fields()
	p := &capsule.SchemaTree{Format: "+s", Metadata: encode(schema.Metadata()), Children: make([]capsule.SchemaTree, len(fields))}
	for i, f := range fields {
		if err := planInto(&p.Children[i], f, 1); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func planField(f arrow.Field) (*capsule.SchemaTree, error) {
	p := new(capsule.SchemaTree)
	return p, planInto(p, f, 0)
}

// planInto makes p what C is to see of a field.
func planInto(p *capsule.SchemaTree, f arrow.Field, level int) error {
	if err := describeField(p, f, level); err != nil {
		return within(f.Name, err)
	}
	return nil
}

func describeField(p *capsule.SchemaTree, f arrow.Field, level int) error {
	if f.Type == nil {
		return &UnsupportedError{Type: "nil", Reason: "a field must have a type"}
	}
	dt := storage(f.Type)
	p.Name, p.Format = f.Name, format(dt)
	if reason := fault(p, dt, level); reason != "" {
		return &UnsupportedError{Type: f.Type.String(), Reason: reason}
	}
	p.Metadata = encode(extended(f))
	p.Flags = flags(f, dt)
	if dict, ok := dt.(*arrow.DictionaryType); ok {
		p.Dictionary = new(capsule.SchemaTree)
		return describeField(p.Dictionary, arrow.Field{Type: dict.ValueType, Nullable: true}, level+1)
	}
	return planChildren(p, dt, level)
}

func fault(p *capsule.SchemaTree, dt arrow.DataType, level int) string {
	switch {
	case level > depth:
		return "it is nested too deep"
	case p.Format == "":
		return "Arrow's C interface has no such type"
	case strings.ContainsRune(p.Format+p.Name, 0):
		return "its name or time zone has a byte 0, where C's strings end"
	}
	if list, ok := dt.(*arrow.FixedSizeListType); ok && list.Len() <= 0 {
		return "arrow-go has no lists of size 0"
	}
	return ""
}

func planChildren(p *capsule.SchemaTree, dt arrow.DataType, level int) error {
	nested, ok := dt.(arrow.NestedType)
	if !ok {
		return nil
	}
	fields := nested.Fields()
	p.Children = make([]capsule.SchemaTree, len(fields))
	for i, f := range fields {
		if err := planInto(&p.Children[i], f, level+1); err != nil {
			return err
		}
	}
	return nil
}

func flags(f arrow.Field, dt arrow.DataType) (all int64) {
	if f.Nullable {
		all |= flagNullable
	}
	switch dt := dt.(type) {
	case *arrow.DictionaryType:
		if dt.Ordered {
			all |= flagOrdered
		}
	case *arrow.MapType:
		if dt.KeysSorted {
			all |= flagKeysSorted
		}
	}
	return all
}

// extended is a field's metadata, with the name of its extension type if it has one.
func extended(f arrow.Field) arrow.Metadata {
	ext, ok := f.Type.(arrow.ExtensionType)
	if !ok {
		return f.Metadata
	}
	keys, values := []string{extensionName, extensionData}, []string{ext.ExtensionName(), ext.Serialize()}
	for i, key := range f.Metadata.Keys() {
		if key != keys[0] && key != keys[1] {
			keys, values = append(keys, key), append(values, f.Metadata.Values()[i])
		}
	}
	return arrow.NewMetadata(keys, values)
}

// encode writes metadata as C has it: counts and lengths of 32 bits, and the bytes.
func encode(m arrow.Metadata) []byte {
	if m.Len() == 0 {
		return nil
	}
	out := binary.NativeEndian.AppendUint32(nil, uint32(m.Len()))
	for i, key := range m.Keys() {
		for _, s := range [...]string{key, m.Values()[i]} {
			out = append(binary.NativeEndian.AppendUint32(out, uint32(len(s))), s...)
		}
	}
	return out
}
