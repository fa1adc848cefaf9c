//go:build cgo

package rawarrow_test

import (
	"sync"
	"testing"
	"unsafe"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/cgo/carrow"
	"github.com/gosnakepit/snakepit/cgo/carrow/carrowtest"
	"github.com/gosnakepit/snakepit/internal/offheap"
	"github.com/gosnakepit/snakepit/zerocopy/rawarrow"
)

func block(t *testing.T) unsafe.Pointer {
	t.Helper()
	p, err := offheap.Alloc(4096)
	require.NoError(t, err)
	t.Cleanup(func() { offheap.Free(p) })
	return p
}

// lone is a schema and an array without children, in C memory.
func lone(t *testing.T) (*carrow.Schema, *carrow.Array) {
	p := structs(t)
	s, a := (*carrow.Schema)(p.schema), (*carrow.Array)(p.array)
	s.Format, s.Release = cstring(t, "n"), carrowtest.SchemaRelease()
	a.Release = carrowtest.ArrayRelease()
	return s, a
}

func cstring(t *testing.T, s string) unsafe.Pointer {
	p := block(t)
	copy(unsafe.Slice((*byte)(p), len(s)), s)
	return p
}

// TestWrongStructs are refused, taken and released.
func TestWrongStructs(t *testing.T) {
	for name, spoil := range map[string]func(*carrow.Schema, *carrow.Array){
		"-1 children":         func(s *carrow.Schema, _ *carrow.Array) { s.NumChildren = -1 },
		"1 children":          func(s *carrow.Schema, _ *carrow.Array) { s.NumChildren = 1 },
		"child 0 is missing":  func(s *carrow.Schema, _ *carrow.Array) { s.NumChildren, s.Children = 1, block(t) },
		"or says so":          func(_ *carrow.Schema, a *carrow.Array) { a.NumChildren = 1 << 40 },
		"has a dictionary":    func(_ *carrow.Schema, a *carrow.Array) { _, a.Dictionary = lone(t) },
		"deeper than 64":      func(s *carrow.Schema, _ *carrow.Array) { s.Dictionary = s },
		"no schema":           func(s *carrow.Schema, _ *carrow.Array) { s.Release = nil },
		"no array, or it was": func(_ *carrow.Schema, a *carrow.Array) { a.Release = nil },
	} {
		t.Run(name, func(t *testing.T) {
			s, a := lone(t)
			spoil(s, a)
			had := int64(0)
			for _, there := range []bool{s.Release != nil, a.Release != nil} {
				if there {
					had++
				}
			}
			before := carrowtest.Released()
			_, err := rawarrow.ImportFrom(unsafe.Pointer(s), unsafe.Pointer(a))
			require.ErrorContains(t, err, name)
			require.ErrorAs(t, err, new(*rawarrow.InvalidError))
			require.Equal(t, had, carrowtest.Released()-before, "each struct is released once")
			require.Nil(t, s.Release)
			require.Nil(t, a.Release)
			require.Zero(t, rawarrow.Live())
		})
	}
}

func TestNothingToImport(t *testing.T) {
	_, err := rawarrow.ImportFrom(nil, nil)
	require.ErrorContains(t, err, "no schema")
	_, err = rawarrow.ImportSchemaFrom(nil)
	require.ErrorContains(t, err, "no schema")
	_, err = rawarrow.ImportStreamFrom(structs(t).stream)
	require.ErrorContains(t, err, "no stream")
	require.Zero(t, rawarrow.Live())
}

// TestTakenOnce marks the caller's structs, and releases them when the value ends.
func TestTakenOnce(t *testing.T) {
	s, a := lone(t)
	before := carrowtest.Released()
	v, err := rawarrow.ImportFrom(unsafe.Pointer(s), unsafe.Pointer(a))
	require.NoError(t, err)
	_, err = rawarrow.ImportFrom(unsafe.Pointer(s), unsafe.Pointer(a))
	require.ErrorContains(t, err, "released before")
	require.Equal(t, before, carrowtest.Released())
	v.Release()
	v.Release()
	require.Equal(t, before+2, carrowtest.Released())
	require.ErrorIs(t, v.Lend(), rawarrow.ErrReleased)
	require.Zero(t, rawarrow.Live())
}

// TestWrongWay names the function for what the object has.
func TestWrongWay(t *testing.T) {
	rt := python(t)
	p := structs(t)
	reader := object(t, rt, "numbers", 1, 1)
	require.ErrorContains(t, rawarrow.ExportTo(reader, p.schema, p.array), "RecordBatchReader has no __arrow_c_array__: a table or reader goes by ExportStreamTo")
	require.ErrorContains(t, rawarrow.ExportTo(42, p.schema, p.array), "int is no Python object")
	require.Nil(t, (*carrow.Schema)(p.schema).Release)
	v := fromRecord(t, oneRow(t))
	require.ErrorContains(t, v.ExportStream(0), "has no __arrow_c_stream__")
}

// TestHammer exchanges on many goroutines, and leaves nothing.
func TestHammer(t *testing.T) {
	rt := python(t)
	rec := oneRow(t)
	v := fromRecord(t, rec)
	n := 2000
	if testing.Short() {
		n = 100
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range n {
				o, err := rt.Call(bg, "rawpeer:record", v)
				if err != nil {
					t.Error(err)
					return
				}
				toRecord(t, o).Release()
				o.(interface{ Release() }).Release()
			}
		})
	}
	all.Wait()
}

func oneRow(t *testing.T) arrow.Record {
	rec := counting(1)
	t.Cleanup(rec.Release)
	return rec
}
