//go:build cgo

package zarrow_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/endian"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/stretchr/testify/require"

	zarrow "github.com/gosnakepit/snakepit/zerocopy/arrow"
)

// marked is an extension type over any storage, with a parameter.
type marked struct {
	arrow.ExtensionBase
	mark string
}

type markedArray struct{ array.ExtensionArrayBase }

func newMarked(storage arrow.DataType, mark string) *marked {
	return &marked{arrow.ExtensionBase{Storage: storage}, mark}
}

func (*marked) ArrayType() reflect.Type { return reflect.TypeOf(markedArray{}) }
func (*marked) ExtensionName() string   { return "snakepit.marked" }
func (m *marked) Serialize() string     { return m.mark }
func (m *marked) String() string        { return fmt.Sprintf("marked<%s, %v>", m.mark, m.Storage) }

func (m *marked) ExtensionEquals(other arrow.ExtensionType) bool {
	o, ok := other.(*marked)
	return ok && o.mark == m.mark && arrow.TypeEqual(m.Storage, o.Storage)
}

func (*marked) Deserialize(storage arrow.DataType, data string) (arrow.ExtensionType, error) {
	switch data {
	case "refuse":
		return nil, errors.New("refused")
	case "panic":
		panic("no such mark")
	}
	return newMarked(storage, data), nil
}

func register(t *testing.T) {
	t.Helper()
	require.NoError(t, arrow.RegisterExtensionType(newMarked(i32, "")))
	t.Cleanup(func() { require.NoError(t, arrow.UnregisterExtensionType("snakepit.marked")) })
}

var extensible = []string{"int32", "string", "struct", "list", "list of dictionary", "dense union", "run end 32", "map", "string view"}

// extended is a record with one field of an extension type over a sample.
func extended(t *testing.T, s sample, mem memory.Allocator, mark string) (arrow.Record, arrow.Array) {
	t.Helper()
	arr := s.build(t, mem)
	ext := array.NewExtensionArrayWithStorage(newMarked(s.dt, mark), arr)
	defer ext.Release()
	rec := array.NewRecord(arrow.NewSchema([]arrow.Field{withTags("e", ext.DataType())}, nil), []arrow.Array{ext}, int64(arr.Len()))
	return rec, arr
}

func TestExtensions(t *testing.T) {
	for _, s := range samples {
		for _, name := range extensible {
			if s.name == name {
				t.Run(name, func(t *testing.T) {
					register(t)
					mem := clean(t)
					rec, storage := extended(t, s, mem, "blue")
					defer rec.Release()
					defer storage.Release()
					v := wrap(t, rec)
					defer v.Release()
					got, err := zarrow.AsRecord(loop{v})
					require.NoError(t, err)
					defer got.Release()
					require.True(t, rec.Schema().Equal(got.Schema()), "%v", got.Schema())
					require.True(t, array.RecordEqual(rec, got))
					require.NoError(t, zarrow.Validate(got))
					through(t, rec.Column(0))
				})
			}
		}
	}
}

// TestUnknownExtension keeps the name of the type in the metadata.
func TestUnknownExtension(t *testing.T) {
	mem := clean(t)
	rec, storage := extended(t, samples[4], mem, "blue")
	defer rec.Release()
	defer storage.Release()
	v := wrap(t, rec)
	defer v.Release()
	got, err := zarrow.AsRecord(loop{v})
	require.NoError(t, err)
	defer got.Release()
	require.True(t, array.Equal(storage, got.Column(0)))
	for key, want := range map[string]string{
		"ARROW:extension:name": "snakepit.marked", "ARROW:extension:metadata": "blue", "unit": "m",
	} {
		value, _ := got.Schema().Field(0).Metadata.GetValue(key)
		require.Equal(t, want, value, key)
	}
	again := wrap(t, got) // and Python gets them back
	defer again.Release()
	more, err := zarrow.AsRecord(loop{again})
	require.NoError(t, err)
	defer more.Release()
	require.True(t, got.Schema().Equal(more.Schema()))
}

func TestExtensionRefuses(t *testing.T) {
	register(t)
	for mark, want := range map[string]string{"refuse": "snakepit.marked refuses it: refused", "panic": "no such mark"} {
		mem := clean(t)
		rec, storage := extended(t, samples[4], mem, mark)
		v := wrap(t, rec)
		_, err := zarrow.AsRecord(loop{v})
		require.ErrorContains(t, err, want)
		v.Release()
		rec.Release()
		storage.Release()
	}
}

// TestExtensionOfDictionary reads the storage: arrow-go has no array for more.
func TestExtensionOfDictionary(t *testing.T) {
	register(t)
	mem := clean(t)
	arr := samples[dictionaryAt()].build(t, mem)
	defer arr.Release()
	meta := arrow.NewMetadata([]string{"ARROW:extension:name"}, []string{"snakepit.marked"})
	schema := arrow.NewSchema([]arrow.Field{{Name: "d", Type: arr.DataType(), Metadata: meta}}, nil)
	rec := array.NewRecord(schema, []arrow.Array{arr}, int64(arr.Len()))
	defer rec.Release()
	v := wrap(t, rec)
	defer v.Release()
	got, err := zarrow.AsRecord(loop{v})
	require.NoError(t, err)
	defer got.Release()
	require.True(t, schema.Equal(got.Schema()))
	require.True(t, array.RecordEqual(rec, got))
}

func TestSchemas(t *testing.T) {
	clean(t)
	var fields []arrow.Field
	for _, s := range samples {
		fields = append(fields, withTags(s.name, s.dt), arrow.Field{Name: s.name, Type: s.dt})
	}
	schema := arrow.NewSchema(fields, &tags)
	v := wrap(t, schema)
	defer v.Release()
	got, err := zarrow.AsSchema(loop{v})
	require.NoError(t, err)
	require.True(t, schema.Equal(got), "%v", got)
	require.Equal(t, schema.Metadata(), got.Metadata())
	for _, f := range fields {
		w := wrap(t, f)
		got, err := zarrow.AsField(loop{w})
		require.NoError(t, err)
		require.True(t, f.Equal(got), "%v", got)
		w.Release()
	}
	w := wrap(t, utf8)
	defer w.Release()
	f, err := zarrow.AsField(loop{w})
	require.NoError(t, err)
	require.Equal(t, arrow.Field{Type: utf8, Nullable: true}, f)
	_, err = zarrow.AsSchema(loop{w})
	require.ErrorContains(t, err, "AsField")
}

// strange is a type that arrow-go does not know.
type strange struct{ arrow.Int32Type }

func (*strange) ID() arrow.Type { return arrow.Type(60) }
func (*strange) Name() string   { return "strange" }

func TestUnsupported(t *testing.T) {
	clean(t)
	deep := i32
	for range 80 {
		deep = arrow.ListOf(deep)
	}
	for name, dt := range map[string]arrow.DataType{
		"strange":              &strange{},
		"wrong unit":           &arrow.Time32Type{Unit: arrow.Nanosecond},
		"wrong unit 64":        &arrow.Time64Type{Unit: arrow.Second},
		"unknown unit":         &arrow.TimestampType{Unit: 9},
		"zone with 0":          &arrow.TimestampType{Unit: arrow.Second, TimeZone: "U\x00TC"},
		"list of 0":            (&arrow.FixedSizeListType{}),
		"dictionary of floats": &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Float32, ValueType: utf8},
		"run ends of text":     arrow.RunEndEncodedOf(utf8, utf8),
		"deep":                 deep,
		"two extensions":       newMarked(newMarked(i32, ""), ""),
		"nil":                  nil,
	} {
		t.Run(name, func(t *testing.T) {
			schema := arrow.Field{Name: "outer", Type: dt}
			_, err := zarrow.Wrap(schema)
			var unsupported *zarrow.UnsupportedError
			require.ErrorAs(t, err, &unsupported)
			require.Equal(t, "outer", unsupported.Field[:5])
		})
	}
	inner := arrow.StructOf(arrow.Field{Name: "price", Type: &strange{}})
	_, err := zarrow.Wrap(arrow.NewSchema([]arrow.Field{{Name: "orders", Type: arrow.ListOfField(arrow.Field{Name: "item", Type: inner})}}, nil))
	require.EqualError(t, err, `zarrow: field "orders.item.price" has type int32, which cannot cross: Arrow's C interface has no such type; cast it to another type first`)
	_, err = zarrow.Wrap(arrow.Field{Name: "a\x00b", Type: i32})
	require.ErrorContains(t, err, "byte 0")
	other := endian.BigEndian
	if endian.IsBigEndian {
		other = endian.LittleEndian
	}
	_, err = zarrow.Wrap(arrow.NewSchemaWithEndian(nil, nil, other))
	require.ErrorContains(t, err, "order of bytes")
}
