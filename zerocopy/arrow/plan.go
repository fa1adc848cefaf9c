//go:build cgo

package zarrow

import (
	"encoding/binary"
	"strings"
	"unsafe"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/gosnakepit/snakepit/cgo/carrow"
	"github.com/gosnakepit/snakepit/zerocopy/internal/lend"
)

// depth bounds how deep types are nested, also those of hostile producers.
const depth = 64

// Keys of a field's metadata that carry its extension type.
const (
	extensionName = "ARROW:extension:name"
	extensionData = "ARROW:extension:metadata"
)

// plan is a field as it will be written to C. It is made once and never changes.
type plan struct {
	format, name string
	metadata     []byte
	flags        int64
	children     []plan
	dictionary   *plan
}

func planSchema(schema *arrow.Schema) (*plan, error) {
	if !schema.IsNativeEndian() {
		return nil, &UnsupportedError{Type: schema.Endianness().String() + "-endian data", Reason: "C takes this machine's order of bytes"}
	}
	fields := schema.Fields()
	p := &plan{format: "+s", metadata: encode(schema.Metadata()), children: make([]plan, len(fields))}
	for i, f := range fields {
		if err := p.children[i].field(f, 1); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func planField(f arrow.Field) (*plan, error) {
	p := new(plan)
	return p, p.field(f, 0)
}

func (p *plan) field(f arrow.Field, level int) error {
	if err := p.describe(f, level); err != nil {
		return within(f.Name, err)
	}
	return nil
}

func (p *plan) describe(f arrow.Field, level int) error {
	if f.Type == nil {
		return &UnsupportedError{Type: "nil", Reason: "a field must have a type"}
	}
	dt := storage(f.Type)
	p.name, p.format = f.Name, format(dt)
	if reason := p.fault(dt, level); reason != "" {
		return &UnsupportedError{Type: f.Type.String(), Reason: reason}
	}
	p.metadata = encode(extended(f))
	p.flags = flags(f, dt)
	if dict, ok := dt.(*arrow.DictionaryType); ok {
		p.dictionary = new(plan)
		return p.dictionary.describe(arrow.Field{Type: dict.ValueType, Nullable: true}, level+1)
	}
	return p.nest(dt, level)
}

func (p *plan) fault(dt arrow.DataType, level int) string {
	switch {
	case level > depth:
		return "it is nested too deep"
	case p.format == "":
		return "Arrow's C interface has no such type"
	case strings.ContainsRune(p.format+p.name, 0):
		return "its name or time zone has a byte 0, where C's strings end"
	}
	if list, ok := dt.(*arrow.FixedSizeListType); ok && list.Len() <= 0 {
		return "arrow-go has no lists of size 0"
	}
	return ""
}

func (p *plan) nest(dt arrow.DataType, level int) error {
	nested, ok := dt.(arrow.NestedType)
	if !ok {
		return nil
	}
	fields := nested.Fields()
	p.children = make([]plan, len(fields))
	for i, f := range fields {
		if err := p.children[i].field(f, level+1); err != nil {
			return err
		}
	}
	return nil
}

func flags(f arrow.Field, dt arrow.DataType) (all int64) {
	if f.Nullable {
		all |= carrow.FlagNullable
	}
	switch dt := dt.(type) {
	case *arrow.DictionaryType:
		if dt.Ordered {
			all |= carrow.FlagOrdered
		}
	case *arrow.MapType:
		if dt.KeysSorted {
			all |= carrow.FlagKeysSorted
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

// write fills out, zeroed memory of C.
func (p *plan) write(out *carrow.Schema) error {
	var size, structs int
	p.measure(&size, &structs)
	w, err := lend.NewArena(size, structs, nil)
	if err != nil {
		return err
	}
	p.put(&w, out)
	return nil
}

func (p *plan) measure(size, structs *int) {
	*structs++
	*size += lend.Aligned(len(p.format)+1) + lend.Aligned(len(p.name)+1) + lend.Aligned(len(p.metadata))
	*size += len(p.children) * int(unsafe.Sizeof(carrow.Schema{})+unsafe.Sizeof(uintptr(0)))
	for i := range p.children {
		p.children[i].measure(size, structs)
	}
	if p.dictionary != nil {
		*size += int(unsafe.Sizeof(carrow.Schema{}))
		p.dictionary.measure(size, structs)
	}
}

func (p *plan) put(w *lend.Arena, out *carrow.Schema) {
	out.Format, out.Name = w.Text(p.format), w.Text(p.name)
	if p.metadata != nil {
		out.Metadata = w.Bytes(p.metadata, len(p.metadata))
	}
	out.Flags, out.NumChildren = p.flags, int64(len(p.children))
	out.Release, out.Private = carrow.SchemaRelease(), w.Private()
	if n := len(p.children); n > 0 {
		pointers, structs := lend.Many[*carrow.Schema](w, n), lend.Many[carrow.Schema](w, n)
		out.Children = unsafe.Pointer(unsafe.SliceData(pointers))
		for i := range p.children {
			pointers[i] = &structs[i]
			p.children[i].put(w, &structs[i])
		}
	}
	if p.dictionary != nil {
		out.Dictionary = &lend.Many[carrow.Schema](w, 1)[0]
		p.dictionary.put(w, out.Dictionary)
	}
}
