//go:build cgo

package zarrow_test

import (
	"context"
	"encoding/binary"
	"math"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/cgo/carrow"
	"github.com/gosnakepit/snakepit/cgo/carrow/carrowtest"
	"github.com/gosnakepit/snakepit/internal/capsule"
	"github.com/gosnakepit/snakepit/internal/offheap"
	zarrow "github.com/gosnakepit/snakepit/zerocopy/arrow"
)

// workshop makes structs in C memory that nobody checks.
type workshop struct {
	base, next unsafe.Pointer
}

const workshopSize = 1 << 20

func newWorkshop(t testing.TB) *workshop {
	t.Helper()
	p, err := offheap.Alloc(workshopSize)
	require.NoError(t, err)
	t.Cleanup(func() { offheap.Free(p) })
	return &workshop{p, p}
}

func (w *workshop) take(n int) unsafe.Pointer {
	p := w.next
	w.next = unsafe.Add(p, (n+7)&^7)
	if uintptr(w.next)-uintptr(w.base) > workshopSize {
		panic("the workshop is too small")
	}
	return p
}

func (w *workshop) bytes(b ...byte) unsafe.Pointer {
	p := w.take(len(b) + 1)
	copy(unsafe.Slice((*byte)(p), len(b)), b)
	return p
}

func (w *workshop) int32s(all ...int32) unsafe.Pointer {
	var b []byte
	for _, n := range all {
		b = binary.NativeEndian.AppendUint32(b, uint32(n))
	}
	return w.bytes(b...)
}

// list is an array of pointers with room behind.
func (w *workshop) list(all ...unsafe.Pointer) unsafe.Pointer {
	p := w.take(8 * (len(all) + 8))
	copy(unsafe.Slice((*unsafe.Pointer)(p), len(all)), all)
	return p
}

func (w *workshop) schema(format string, children ...*carrow.Schema) *carrow.Schema {
	s := (*carrow.Schema)(w.take(capsule.SchemaSize))
	pointers := make([]unsafe.Pointer, len(children))
	for i, c := range children {
		pointers[i] = unsafe.Pointer(c)
	}
	*s = carrow.Schema{
		Format: w.bytes([]byte(format)...), Name: w.bytes('c'), Flags: carrow.FlagNullable,
		NumChildren: int64(len(children)), Children: w.list(pointers...), Release: carrowtest.SchemaRelease(),
	}
	return s
}

func (w *workshop) array(length int64, buffers []unsafe.Pointer, children ...*carrow.Array) *carrow.Array {
	a := (*carrow.Array)(w.take(capsule.ArraySize))
	pointers := make([]unsafe.Pointer, len(children))
	for i, c := range children {
		pointers[i] = unsafe.Pointer(c)
	}
	*a = carrow.Array{
		Length: length, NumBuffers: int64(len(buffers)), Buffers: w.list(buffers...),
		NumChildren: int64(len(children)), Children: w.list(pointers...), Release: carrowtest.ArrayRelease(),
	}
	return a
}

// made is a Python object that gives structs of a workshop.
type made struct {
	schema *carrow.Schema
	array  *carrow.Array
}

func (m made) ImportArrow(_ context.Context, kind capsule.Kind, schema, array, _ uintptr) error {
	if kind != capsule.Array {
		return capsule.ErrNotOffered
	}
	*at[carrow.Schema](schema) = *m.schema
	*at[carrow.Array](array) = *m.array
	return nil
}

type buffers = []unsafe.Pointer

// hostiles are structs that break one rule each.
var hostiles = map[string]struct {
	make func(w *workshop) (*carrow.Schema, *carrow.Array)
	want string
}{
	"negative length": {func(w *workshop) (*carrow.Schema, *carrow.Array) {
		return w.schema("i"), w.array(-1, buffers{nil, w.int32s(1)})
	}, "length is -1"},
	"huge length": {func(w *workshop) (*carrow.Schema, *carrow.Array) {
		return w.schema("i"), w.array(math.MaxInt64, buffers{nil, w.int32s(1)})
	}, "length is"},
	"more than memory": {func(w *workshop) (*carrow.Schema, *carrow.Array) {
		return w.schema("l"), w.array(1<<45, buffers{nil, w.int32s(1)})
	}, "more than memory"},
	"negative offset": {func(w *workshop) (*carrow.Schema, *carrow.Array) {
		a := w.array(1, buffers{nil, w.int32s(1)})
		a.Offset = -5
		return w.schema("i"), a
	}, "offset -5"},
	"too many nulls": {func(w *workshop) (*carrow.Schema, *carrow.Array) {
		a := w.array(1, buffers{w.bytes(0), w.int32s(1)})
		a.NullCount = 2
		return w.schema("i"), a
	}, "2 nulls in 1"},
	"nulls without bitmap": {func(w *workshop) (*carrow.Schema, *carrow.Array) {
		a := w.array(1, buffers{nil, w.int32s(1)})
		a.NullCount = 1
		return w.schema("i"), a
	}, "no bitmap"},
	"too few buffers": {func(w *workshop) (*carrow.Schema, *carrow.Array) {
		return w.schema("u"), w.array(1, buffers{nil, w.int32s(0, 1)})
	}, "it has 2 buffers"},
	"negative buffers": {func(w *workshop) (*carrow.Schema, *carrow.Array) {
		a := w.array(1, buffers{nil, w.int32s(0, 1)})
		a.NumBuffers = -1
		return w.schema("i"), a
	}, "-1 buffers"},
	"no list of buffers": {func(w *workshop) (*carrow.Schema, *carrow.Array) {
		a := w.array(1, buffers{nil, w.int32s(0, 1)})
		a.Buffers = nil
		return w.schema("i"), a
	}, "no list"},
	"null values": {func(w *workshop) (*carrow.Schema, *carrow.Array) {
		return w.schema("i"), w.array(1, buffers{nil, nil})
	}, "buffer 1 is null"},
	"null offsets": {func(w *workshop) (*carrow.Schema, *carrow.Array) {
		return w.schema("u"), w.array(1, buffers{nil, nil, w.bytes('a')})
	}, "buffer 1 is null"},
	"null content": {func(w *workshop) (*carrow.Schema, *carrow.Array) {
		return w.schema("u"), w.array(1, buffers{nil, w.int32s(0, 1), nil})
	}, "buffer 2 is null"},
	"negative end": {func(w *workshop) (*carrow.Schema, *carrow.Array) {
		return w.schema("u"), w.array(1, buffers{nil, w.int32s(0, -1), w.bytes('a')})
	}, "from 0 to -1"},
	"end before begin": {func(w *workshop) (*carrow.Schema, *carrow.Array) {
		return w.schema("z"), w.array(1, buffers{nil, w.int32s(5, 2), w.bytes('a')})
	}, "from 5 to 2"},
	"list beyond child": {func(w *workshop) (*carrow.Schema, *carrow.Array) {
		return w.schema("+l", w.schema("i")), w.array(1, buffers{nil, w.int32s(0, 3)}, w.array(2, buffers{nil, w.int32s(1, 2)}))
	}, "content has 2"},
	"short child of struct": {func(w *workshop) (*carrow.Schema, *carrow.Array) {
		return w.schema("+s", w.schema("i")), w.array(3, buffers{nil}, w.array(2, buffers{nil, w.int32s(1, 2)}))
	}, `field "c"`},
	"short child of fixed list": {func(w *workshop) (*carrow.Schema, *carrow.Array) {
		return w.schema("+w:2", w.schema("i")), w.array(2, buffers{nil}, w.array(3, buffers{nil, w.int32s(1, 2, 3)}))
	}, "needs 4"},
	"fixed lists beyond memory": {func(w *workshop) (*carrow.Schema, *carrow.Array) {
		return w.schema("+w:2147483647", w.schema("i")), w.array(1<<40, buffers{nil}, w.array(3, buffers{nil, w.int32s(1, 2, 3)}))
	}, "more than memory"},
	"children missing": {func(w *workshop) (*carrow.Schema, *carrow.Array) {
		return w.schema("+s", w.schema("i")), w.array(1, buffers{nil})
	}, "0 children"},
	"null child": {func(w *workshop) (*carrow.Schema, *carrow.Array) {
		a := w.array(1, buffers{nil})
		a.NumChildren = 1
		return w.schema("+s", w.schema("i")), a
	}, "released"},
	"released child": {func(w *workshop) (*carrow.Schema, *carrow.Array) {
		child := w.array(1, buffers{nil, w.int32s(1)})
		child.Release = nil
		return w.schema("+s", w.schema("i")), w.array(1, buffers{nil}, child)
	}, "released"},
	"released child of schema": {func(w *workshop) (*carrow.Schema, *carrow.Array) {
		child := w.schema("i")
		child.Release = nil
		return w.schema("+s", child), w.array(1, buffers{nil}, w.array(1, buffers{nil, w.int32s(1)}))
	}, "released"},
	"huge children of schema": {func(w *workshop) (*carrow.Schema, *carrow.Array) {
		s := w.schema("+s")
		s.NumChildren = math.MaxInt64
		return s, w.array(1, buffers{nil})
	}, "children"},
	"negative children of schema": {func(w *workshop) (*carrow.Schema, *carrow.Array) {
		s := w.schema("+s")
		s.NumChildren = -1
		return s, w.array(1, buffers{nil})
	}, "children"},
	"dictionary missing": {func(w *workshop) (*carrow.Schema, *carrow.Array) {
		s := w.schema("i")
		s.Dictionary = w.schema("u")
		return s, w.array(1, buffers{nil, w.int32s(0)})
	}, "dictionary"},
	"dictionary of floats": {func(w *workshop) (*carrow.Schema, *carrow.Array) {
		s := w.schema("g")
		s.Dictionary = w.schema("u")
		return s, w.array(1, buffers{nil, w.int32s(0)})
	}, "indices"},
	"no format": {func(w *workshop) (*carrow.Schema, *carrow.Array) {
		s := w.schema("i")
		s.Format = nil
		return s, w.array(1, buffers{nil, w.int32s(0)})
	}, "cannot cross"},
	"metadata without end": {func(w *workshop) (*carrow.Schema, *carrow.Array) {
		s := w.schema("i")
		s.Metadata = w.int32s(1, -4)
		return s, w.array(1, buffers{nil, w.int32s(0)})
	}, "metadata"},
	"run end too short": {func(w *workshop) (*carrow.Schema, *carrow.Array) {
		return w.schema("+r", w.schema("i"), w.schema("i")),
			w.array(9, nil, w.array(2, buffers{nil, w.int32s(1, 8)}), w.array(2, buffers{nil, w.int32s(1, 8)}))
	}, "end at 8"},
	"run ends with nulls": {func(w *workshop) (*carrow.Schema, *carrow.Array) {
		ends := w.array(2, buffers{w.bytes(1), w.int32s(1, 9)})
		ends.NullCount = -1
		return w.schema("+r", w.schema("i"), w.schema("i")), w.array(9, nil, ends, w.array(2, buffers{nil, w.int32s(1, 8)}))
	}, "1 nulls"},
	"map of two": {func(w *workshop) (*carrow.Schema, *carrow.Array) {
		return w.schema("+m", w.schema("i")), w.array(1, buffers{nil, w.int32s(0, 1)}, w.array(1, buffers{nil, w.int32s(1)}))
	}, "map"},
	"map with null keys": {func(w *workshop) (*carrow.Schema, *carrow.Array) {
		keys := w.array(1, buffers{w.bytes(0), w.int32s(1)})
		keys.NullCount = -1
		entries := w.array(1, buffers{nil}, keys, w.array(1, buffers{nil, w.int32s(1)}))
		return w.schema("+m", w.schema("+s", w.schema("i"), w.schema("i"))), w.array(1, buffers{nil, w.int32s(0, 1)}, entries)
	}, "keys of a map have 1 nulls"},
	"negative size of view": {func(w *workshop) (*carrow.Schema, *carrow.Array) {
		return w.schema("vu"), w.array(1, buffers{nil, w.bytes(make([]byte, 16)...), w.bytes('a'), w.int32s(-1, -1)})
	}, "buffer 2 has -1"},
	"views without sizes": {func(w *workshop) (*carrow.Schema, *carrow.Array) {
		return w.schema("vu"), w.array(1, buffers{nil, w.bytes(make([]byte, 16)...), w.bytes('a'), nil})
	}, "does not say how long"},
	"code twice":       {formatOnly("+us:1,1"), "codes"},
	"negative code":    {formatOnly("+ud:-1"), "codes"},
	"code without end": {formatOnly("+us:1,2,3"), "children"},
	"decimal":          {formatOnly("d:99,2"), "precision"},
	"decimal of 1":     {formatOnly("d:5"), "precision"},
	"decimal of 4":     {formatOnly("d:5,1,128,7"), "precision"},
	"width":            {formatOnly("w:-2"), "bytes"},
	"list size":        {formatOnly("+w:x"), "size"},
	"run ends":         {formatOnly("+r"), "children"},
	"map":              {formatOnly("+m"), "children"},
	"decimal 64":       {formatOnly("d:9,2,64"), "decimal64"},
	"list of 0":        {formatOnly("+w:0"), "lists of size 0"},
	"unknown":          {formatOnly("+vx"), `"+vx"`},
}

func formatOnly(format string) func(w *workshop) (*carrow.Schema, *carrow.Array) {
	return func(w *workshop) (*carrow.Schema, *carrow.Array) {
		return w.schema(format), w.array(0, buffers{nil, nil, nil})
	}
}

// TestHostile reads what is wrong: an error that says what, and one release for each.
func TestHostile(t *testing.T) {
	for name, h := range hostiles {
		t.Run(name, func(t *testing.T) {
			clean(t)
			schema, array := h.make(newWorkshop(t))
			before := carrowtest.Released()
			_, err := zarrow.AsArray(made{schema, array})
			require.ErrorContains(t, err, h.want)
			require.Equal(t, before+2, carrowtest.Released(), "schema and array are released once")
			var wrong *zarrow.InvalidError
			var unsupported *zarrow.UnsupportedError
			require.True(t, asEither(err, &wrong, &unsupported), "%T", err)
		})
	}
}

// TestTooDeep reads a type that contains itself without end.
func TestTooDeep(t *testing.T) {
	clean(t)
	w := newWorkshop(t)
	s := w.schema("+s", w.schema("i"))
	*(*unsafe.Pointer)(s.Children) = unsafe.Pointer(s)
	_, err := zarrow.AsArray(made{s, w.array(0, buffers{nil})})
	require.ErrorContains(t, err, "too deep")
}

// TestTooWide reads a type of 2^40 fields that are one.
func TestTooWide(t *testing.T) {
	clean(t)
	w := newWorkshop(t)
	s := w.schema("i")
	for range 40 {
		s = w.schema("+s", s, s)
	}
	_, err := zarrow.AsArray(made{s, w.array(0, buffers{nil})})
	require.ErrorContains(t, err, "too many children")
}

// TestLenient reads what producers do although they should not.
func TestLenient(t *testing.T) {
	for name, make := range map[string]func(w *workshop) (*carrow.Schema, *carrow.Array){
		"no offsets of no text": func(w *workshop) (*carrow.Schema, *carrow.Array) {
			return w.schema("u"), w.array(0, buffers{nil, nil, nil})
		},
		"nulls not counted, no bitmap": func(w *workshop) (*carrow.Schema, *carrow.Array) {
			a := w.array(2, buffers{nil, w.int32s(1, 2)})
			a.NullCount = -1
			return w.schema("i"), a
		},
		"no name": func(w *workshop) (*carrow.Schema, *carrow.Array) {
			s := w.schema("i")
			s.Name = nil
			return s, w.array(2, buffers{nil, w.int32s(1, 2)})
		},
		"union with a bitmap": func(w *workshop) (*carrow.Schema, *carrow.Array) {
			return w.schema("+us:0", w.schema("i")), w.array(1, buffers{nil, w.bytes(0)}, w.array(1, buffers{nil, w.int32s(7)}))
		},
		"not aligned": func(w *workshop) (*carrow.Schema, *carrow.Array) {
			return w.schema("i"), w.array(1, buffers{nil, unsafe.Add(w.bytes(0, 7, 0, 0, 0), 1)})
		},
		"offset without slots": func(w *workshop) (*carrow.Schema, *carrow.Array) {
			a := w.array(0, buffers{nil, nil, nil})
			a.Offset = 100
			return w.schema("u"), a
		},
	} {
		t.Run(name, func(t *testing.T) {
			clean(t)
			schema, array := make(newWorkshop(t))
			before := carrowtest.Released()
			got, err := zarrow.AsArray(made{schema, array})
			require.NoError(t, err)
			require.NoError(t, zarrow.Validate(got))
			_ = got.String()
			got.Release()
			require.Equal(t, before+2, carrowtest.Released())
		})
	}
}
