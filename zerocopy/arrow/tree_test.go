package zarrow_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/capsule"
	zarrow "github.com/gosnakepit/snakepit/zerocopy/arrow"
)

// there is a Python object of another process made of a Go value, without that process.
type there struct {
	capsule.Describer
	change func(*capsule.ArrayTree) // what the other process makes of it
}

func (o there) GiveSchema(context.Context) (*capsule.SchemaTree, error) { return o.DescribeSchema() }

func (o there) GiveArray(context.Context) (*capsule.SchemaTree, *capsule.Batch, error) {
	if o.ArrowKind() != capsule.Array {
		return nil, nil, fmt.Errorf("%w: it has none", capsule.ErrNotOffered)
	}
	schema, err := o.DescribeSchema()
	if err != nil {
		return nil, nil, err
	}
	b, err := o.DescribeArray()
	if err == nil && o.change != nil {
		o.change(b.Tree)
	}
	return schema, b, err
}

func (o there) GiveStream(context.Context) (*capsule.SchemaTree, capsule.Batches, error) {
	if o.ArrowKind() != capsule.Stream {
		return nil, nil, fmt.Errorf("%w: it has none", capsule.ErrNotOffered)
	}
	schema, err := o.DescribeSchema()
	if err != nil {
		return nil, nil, err
	}
	b, err := o.DescribeStream()
	return schema, b, err
}

// TestTrees describes an array of each type and reads the description, whole and in slices.
func TestTrees(t *testing.T) {
	for _, s := range samples {
		t.Run(s.name, func(t *testing.T) {
			mem := clean(t)
			arr := s.build(t, mem)
			defer arr.Release()
			n := int64(arr.Len())
			for _, ends := range [][2]int64{{0, n}, {1, n}, {1, n - 1}, {0, 0}, {n, n}} {
				part := array.NewSlice(arr, ends[0], ends[1])
				v := wrap(t, part)
				got, err := zarrow.AsArray(there{Describer: v})
				require.NoError(t, err)
				v.Release()
				require.True(t, arrow.TypeEqual(part.DataType(), got.DataType(), arrow.CheckMetadata()), "%v, not %v", got.DataType(), part.DataType())
				require.True(t, array.Equal(part, got), "%v, not %v", got, part)
				require.Equal(t, part.NullN(), got.NullN())
				sameMemory(t, part.Data(), got.Data(), "array")
				require.NoError(t, zarrow.Validate(got))
				got.Release()
				part.Release()
			}
		})
	}
}

// every does something with each array of a tree.
func every(tree *capsule.ArrayTree, do func(*capsule.ArrayTree)) {
	do(tree)
	for i := range tree.Children {
		every(&tree.Children[i], do)
	}
	if tree.Dictionary != nil {
		every(tree.Dictionary, do)
	}
}

// damages is what can be wrong with one array; the result says whether something changed.
var damages = map[string]func(*capsule.ArrayTree) bool{
	"negative length": func(a *capsule.ArrayTree) bool { a.Length = -1; return true },
	"huge length":     func(a *capsule.ArrayTree) bool { a.Length = 1 << 62; return true },
	"longer":          func(a *capsule.ArrayTree) bool { a.Length += 1 << 20; return filled(a) },
	"negative offset": func(a *capsule.ArrayTree) bool { a.Offset = -1; return a.Length > 0 },
	"huge offset":     func(a *capsule.ArrayTree) bool { a.Offset = 1 << 45; return filled(a) },
	"negative nulls":  func(a *capsule.ArrayTree) bool { a.NullCount = -2; return true },
	"too many nulls":  func(a *capsule.ArrayTree) bool { a.NullCount = a.Length + 1; return true },
	"a buffer less":   func(a *capsule.ArrayTree) bool { return cut(&a.Buffers) },
	"no buffers":      func(a *capsule.ArrayTree) bool { had := len(a.Buffers) > 0; a.Buffers = nil; return had },
	"a child less":    func(a *capsule.ArrayTree) bool { return cut(&a.Children) },
	"a child more":    func(a *capsule.ArrayTree) bool { a.Children = append(a.Children, capsule.ArrayTree{}); return true },
	"a dictionary": func(a *capsule.ArrayTree) bool {
		had := a.Dictionary != nil
		a.Dictionary = new(capsule.ArrayTree)
		return !had
	},
	"no dictionary":    func(a *capsule.ArrayTree) bool { had := a.Dictionary != nil; a.Dictionary = nil; return had },
	"short bitmap":     func(a *capsule.ArrayTree) bool { return shorten(a, 0) },
	"short buffer":     func(a *capsule.ArrayTree) bool { return shorten(a, 1) },
	"short content":    func(a *capsule.ArrayTree) bool { return shorten(a, 2) },
	"offsets all over": func(a *capsule.ArrayTree) bool { return scramble(a, 1) },
}

// filled reports whether the array has buffers whose lengths say how long it can be.
func filled(a *capsule.ArrayTree) bool {
	return slices.ContainsFunc(a.Buffers, func(b []byte) bool { return len(b) > 0 })
}

func cut[T any](list *[]T) bool {
	if len(*list) == 0 {
		return false
	}
	*list = (*list)[:len(*list)-1]
	return true
}

func shorten(a *capsule.ArrayTree, i int) bool {
	return i < len(a.Buffers) && a.Length > 0 && cut(&a.Buffers[i])
}

// scramble changes nothing that lengths depend on, perhaps: the result may be usable.
func scramble(a *capsule.ArrayTree, i int) bool {
	if i >= len(a.Buffers) {
		return false
	}
	a.Buffers[i] = append([]byte(nil), a.Buffers[i]...)
	for j := range a.Buffers[i] {
		a.Buffers[i][j] = byte(0x9d * (j + 1))
	}
	return false
}

// TestDamagedTrees has another process describe what is not there: it is refused, and all
// is given back.
func TestDamagedTrees(t *testing.T) {
	for _, s := range samples {
		arr := s.build(t, zarrow.Allocator)
		v := wrap(t, arr)
		total := 0
		batch, err := v.DescribeArray()
		require.NoError(t, err)
		every(batch.Tree, func(*capsule.ArrayTree) { total++ })
		batch.Release()
		for name, damage := range damages {
			for which := range total {
				at, changed := 0, false
				got, err := zarrow.AsArray(there{v, func(tree *capsule.ArrayTree) {
					every(tree, func(a *capsule.ArrayTree) {
						if at == which {
							changed = damage(a)
						}
						at++
					})
				}})
				if name == "a buffer less" && strings.Contains(s.name, "view") {
					changed = false // there may be any number
				}
				if changed {
					var invalid *zarrow.InvalidError
					require.ErrorAs(t, err, &invalid, "%s of array %d in %s", name, which, s.name)
				} else if err == nil {
					_ = zarrow.Validate(got)
					got.Release()
				}
			}
		}
		v.Release()
		arr.Release()
		require.Zero(t, zarrow.Live(), s.name)
	}
}

// TestHostileSchemas has another process make up types.
func TestHostileSchemas(t *testing.T) {
	clean(t)
	deep := capsule.SchemaTree{Format: "i"}
	for range 80 {
		deep = capsule.SchemaTree{Format: "+l", Children: []capsule.SchemaTree{deep}}
	}
	for name, s := range map[string]capsule.SchemaTree{
		"no format": {}, "unknown": {Format: "x"}, "deep": deep, "no child": {Format: "+l"}, "width": {Format: "w:-1"},
		"metadata":            {Format: "i", Metadata: []byte{1, 0}},
		"metadata of no end":  {Format: "i", Metadata: []byte{255, 255, 255, 127, 1}},
		"metadata too long":   {Format: "i", Metadata: []byte{1, 0, 0, 0, 9, 0, 0, 0, 'k'}},
		"dictionary of texts": {Format: "u", Dictionary: &capsule.SchemaTree{Format: "u"}},
	} {
		_, err := zarrow.AsField(schemaThere{&s})
		var invalid *zarrow.InvalidError
		var unsupported *zarrow.UnsupportedError
		require.True(t, asEither(err, &invalid, &unsupported), "%s: %v", name, err)
	}
}

type schemaThere struct{ tree *capsule.SchemaTree }

func (s schemaThere) GiveSchema(context.Context) (*capsule.SchemaTree, error) { return s.tree, nil }

func (s schemaThere) GiveArray(context.Context) (*capsule.SchemaTree, *capsule.Batch, error) {
	return nil, nil, capsule.ErrNotOffered
}

func (s schemaThere) GiveStream(context.Context) (*capsule.SchemaTree, capsule.Batches, error) {
	return nil, nil, capsule.ErrNotOffered
}

// TestTreesOfStreams reads tables and readers, and what fails.
func TestTreesOfStreams(t *testing.T) {
	mem := clean(t)
	rec := numbers(mem, 5)
	defer rec.Release()
	table := array.NewTableFromRecords(rec.Schema(), []arrow.Record{rec, rec})
	defer table.Release()
	v := wrap(t, table)
	defer v.Release()
	for range 2 { // a table can be read again
		got, err := zarrow.AsTable(there{Describer: v})
		require.NoError(t, err)
		require.Equal(t, int64(10), got.NumRows())
		got.Release()
	}
	_, err := zarrow.AsRecord(there{Describer: v})
	require.ErrorContains(t, err, "2 batches, not one")

	reader, err := array.NewRecordReader(rec.Schema(), []arrow.Record{rec, rec})
	require.NoError(t, err)
	defer reader.Release()
	once := wrap(t, reader)
	defer once.Release()
	got, err := zarrow.AsReader(there{Describer: once})
	require.NoError(t, err)
	require.True(t, got.Next())
	got.Release() // early
	_, err = zarrow.AsReader(there{Describer: once})
	require.ErrorIs(t, err, zarrow.ErrTaken)
}

// broken is a stream of another process that fails in the producer's words, or not.
type broken struct {
	there
	err error
}

func (b broken) GiveArray(context.Context) (*capsule.SchemaTree, *capsule.Batch, error) {
	return nil, nil, capsule.ErrNotOffered
}

func (b broken) GiveStream(context.Context) (*capsule.SchemaTree, capsule.Batches, error) {
	schema, err := b.DescribeSchema()
	return schema, b, err
}

func (b broken) Next() (*capsule.Batch, error) { return nil, b.err }

func (b broken) Close() {}

func TestTreesThatFail(t *testing.T) {
	mem := clean(t)
	rec := numbers(mem, 1)
	defer rec.Release()
	v := wrap(t, rec)
	_, err := zarrow.AsTable(broken{there{Describer: v}, &capsule.FailedError{Errno: 5, Message: "no more than that"}})
	var failed *zarrow.StreamError
	require.ErrorAs(t, err, &failed)
	require.Equal(t, "no more than that", failed.Message)
	require.EqualValues(t, 5, failed.Errno)
	_, err = zarrow.AsTable(broken{there{Describer: v}, io.ErrUnexpectedEOF})
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.False(t, errors.As(err, &failed))
	v.Release()
	_, err = zarrow.AsRecord(there{Describer: v})
	require.ErrorIs(t, err, zarrow.ErrReleased)
}
