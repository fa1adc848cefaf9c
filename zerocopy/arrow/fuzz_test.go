//go:build cgo

package zarrow_test

import (
	"math"
	"testing"
	"unsafe"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/cgo/carrow"
	"github.com/gosnakepit/snakepit/cgo/carrow/carrowtest"
	zarrow "github.com/gosnakepit/snakepit/zerocopy/arrow"
)

// dice are the bytes of the fuzzer, 0 when they are used up.
type dice struct{ data []byte }

func (d *dice) roll(sides int) int {
	if len(d.data) == 0 {
		return 0
	}
	b := d.data[0]
	d.data = d.data[1:]
	return int(b) % sides
}

var fuzzFormats = []string{
	"i", "u", "+s", "+l", "n", "b", "c", "S", "L", "g", "e", "z", "Z", "U", "vz", "vu", "tdD", "ttu", "tsn:UTC", "tDs", "tin",
	"+L", "+vl", "+vL", "+w:2", "+m", "+r", "+us:0,1", "+ud:0,1", "+us:5", "w:3", "w:0", "d:5,2", "d:40,2,256", "d:5,2,32", "+w:0", "?", "", "+u", "w:",
}

// wrong are numbers that no memory has. Others that are too large cannot be told
// from right ones: C does not say how long its buffers are.
var wrong = []int64{-1, -2, math.MinInt64, math.MaxInt64, 1 << 62}

// forger makes structs that are mostly right.
type forger struct {
	*workshop
	*dice
	filling unsafe.Pointer // 64 KiB
}

func (f *forger) number(right int) int64 {
	if n := f.roll(32); n < len(wrong) && n > 0 {
		return wrong[n]
	}
	return int64(right)
}

func (f *forger) forge(level int) (*carrow.Schema, *carrow.Array) {
	format := fuzzFormats[f.roll(len(fuzzFormats))]
	n := map[byte]int{'s': 2, 'l': 1, 'L': 1, 'v': 1, 'w': 1, 'm': 1, 'r': 2, 'u': 2}[tail(format)]
	if f.roll(16) == 1 {
		n = f.roll(4)
	}
	if level > 4 {
		n = 0
	}
	s, a := f.schema(format), f.array(f.number(f.roll(20)), f.buffers())
	for i := range n {
		cs, ca := f.forge(level + 1)
		*at[*carrow.Schema](uintptr(s.Children) + 8*uintptr(i)) = cs
		*at[*carrow.Array](uintptr(a.Children) + 8*uintptr(i)) = ca
	}
	s.NumChildren, a.NumChildren = f.number(n), f.number(n)
	a.Offset, a.NullCount = f.number(f.roll(5)), f.number(f.roll(2))
	s.Flags = int64(f.roll(8))
	f.damage(s, a, level)
	return s, a
}

func tail(format string) byte {
	if len(format) > 1 && format[0] == '+' {
		return format[1]
	}
	return 0
}

func (f *forger) buffers() buffers {
	all := make(buffers, f.roll(5))
	for i := range all {
		if f.roll(6) > 0 {
			all[i] = f.filling
		}
	}
	return all
}

func (f *forger) damage(s *carrow.Schema, a *carrow.Array, level int) {
	switch f.roll(24) {
	case 1:
		s.Release = nil
	case 2:
		a.Release = nil
	case 3:
		a.Buffers = nil
	case 4:
		a.Children = nil
	case 5:
		s.Children = nil
	case 6:
		s.Metadata = f.int32s(int32(f.number(0)))
	case 7:
		s.Format = nil
	case 8, 9, 10:
		if level < 4 {
			s.Dictionary, a.Dictionary = f.forge(level + 1)
		}
	case 11:
		s.Dictionary, _ = f.forge(4)
	case 12:
		a.NumBuffers = f.number(3)
	}
}

// FuzzStructs reads structs that may be wrong in any way: an error, or data that can
// be used, and one release of each.
func FuzzStructs(f *testing.F) {
	for i := range len(fuzzFormats) {
		f.Add([]byte{byte(i), 9, 9, 4, 3, 1, 1, 1, 1, 9, 9, 9, 9, 9, 0, 9, 0, 0}, []byte{1, 0, 0, 0, 2, 0, 0, 0})
	}
	f.Fuzz(func(t *testing.T, data, filling []byte) {
		w := newWorkshop(t)
		forge := &forger{w, &dice{data}, w.take(1 << 16)}
		for i := range 1 << 16 {
			if len(filling) > 0 {
				unsafe.Slice((*byte)(forge.filling), 1<<16)[i] = filling[i%len(filling)]
			}
		}
		schema, arr := forge.forge(0)
		alive := int64(0)
		for _, p := range [...]unsafe.Pointer{schema.Release, arr.Release} {
			if p != nil {
				alive++
			}
		}
		before := carrowtest.Released()
		if got, err := zarrow.AsArray(made{schema, arr}); err == nil {
			got.Release()
		}
		require.Equal(t, before+alive, carrowtest.Released())
		require.Zero(t, zarrow.Live())
	})
}

// FuzzValidate gives Validate data that arrow-go takes: what it lets pass can be read.
func FuzzValidate(f *testing.F) {
	types := []arrow.DataType{
		utf8, arrow.BinaryTypes.LargeBinary, arrow.BinaryTypes.StringView, arrow.ListOf(i32), arrow.LargeListViewOf(i32),
		&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: i32},
		arrow.DenseUnionOf([]arrow.Field{{Name: "a", Type: i32}, {Name: "b", Type: i64}}, []arrow.UnionTypeCode{0, 3}),
		arrow.SparseUnionOf([]arrow.Field{{Name: "a", Type: i32}}, []arrow.UnionTypeCode{1}),
		arrow.RunEndEncodedOf(i32, i32),
	}
	for i := range types {
		f.Add(byte(i), byte(2), byte(1), []byte{0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0}, []byte{0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0}, []byte{255})
	}
	f.Fuzz(func(t *testing.T, kind, length, offset byte, one, two, bits []byte) {
		dt := types[int(kind)%len(types)]
		child := func(dt arrow.DataType, n int) arrow.ArrayData {
			return array.NewData(dt, n, []*memory.Buffer{nil, memory.NewBufferBytes(make([]byte, 8*n))}, nil, 0, 0)
		}
		buffers := []*memory.Buffer{memory.NewBufferBytes(bits), memory.NewBufferBytes(one), memory.NewBufferBytes(two)}
		var children []arrow.ArrayData
		switch {
		case dt.ID() == arrow.RUN_END_ENCODED:
			n := len(one) / 4
			buffers, children = []*memory.Buffer{nil}, []arrow.ArrayData{array.NewData(i32, n, []*memory.Buffer{nil, buffers[1]}, nil, 0, 0), child(i32, n)}
		case arrow.IsUnion(dt.ID()):
			buffers[0] = nil
			for _, f := range dt.(arrow.UnionType).Fields() {
				children = append(children, child(f.Type, 20))
			}
		case arrow.IsListLike(dt.ID()):
			children = []arrow.ArrayData{child(i32, 20)}
		}
		data := array.NewData(dt, int(length%8), buffers, children, -1, int(offset%8))
		if dt.ID() == arrow.DICTIONARY {
			data.SetDictionary(child(i32, 20))
		}
		arr := arrayOf(data)
		if arr == nil || zarrow.Validate(arr) != nil {
			return
		}
		if arr.Len() > 0 { // arrow-go fails at offsets of no slots
			_ = arr.String()
		}
		if v, err := zarrow.Wrap(arr); err == nil {
			got, err := zarrow.AsArray(loop{v})
			require.NoError(t, err)
			got.Release()
			v.Release()
		}
	})
}

// arrayOf returns nil for what arrow-go does not take.
func arrayOf(data arrow.ArrayData) (arr arrow.Array) {
	defer func() { _ = recover() }()
	return array.MakeFromData(data)
}
