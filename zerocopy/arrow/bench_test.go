//go:build cgo

package zarrow_test

import (
	"fmt"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"github.com/gosnakepit/snakepit/cgo/carrow"
	"github.com/gosnakepit/snakepit/internal/capsule"
	"github.com/gosnakepit/snakepit/internal/offheap"
	zarrow "github.com/gosnakepit/snakepit/zerocopy/arrow"
)

// tenColumns are eight of numbers and two of text, with nulls.
func tenColumns(mem memory.Allocator, n int) arrow.Record {
	two := numbers(mem, n)
	defer two.Release()
	var fields []arrow.Field
	var columns []arrow.Array
	for i := range 10 {
		from := 0
		if i >= 8 {
			from = 1
		}
		f := two.Schema().Field(from)
		f.Name = fmt.Sprint("column ", i)
		fields, columns = append(fields, f), append(columns, two.Column(from))
	}
	return array.NewRecord(arrow.NewSchema(fields, nil), columns, int64(n))
}

func BenchmarkRecord(b *testing.B) {
	for _, n := range []int{1000, 1_000_000} {
		for name, mem := range map[string]memory.Allocator{"go": memory.NewGoAllocator(), "offheap": zarrow.Allocator} {
			rec := tenColumns(mem, n)
			b.Run(fmt.Sprintf("export/%s/%d", name, n), func(b *testing.B) { export(b, rec) })
			b.Run(fmt.Sprintf("there_and_back/%s/%d", name, n), func(b *testing.B) { thereAndBack(b, rec) })
			rec.Release()
		}
	}
}

func export(b *testing.B, rec arrow.Record) {
	p, err := offheap.Alloc(capsule.ArraySize + capsule.SchemaSize)
	if err != nil {
		b.Fatal(err)
	}
	defer offheap.Free(p)
	b.ReportAllocs()
	for b.Loop() {
		v, err := zarrow.Wrap(rec)
		if err != nil {
			b.Fatal(err)
		}
		at0 := uintptr(p)
		if err := v.ExportArray(at0+capsule.ArraySize, at0); err != nil {
			b.Fatal(err)
		}
		carrow.ReleaseSchema(at[carrow.Schema](at0 + capsule.ArraySize))
		carrow.ReleaseArray(at[carrow.Array](at0))
		v.Release()
	}
}

func thereAndBack(b *testing.B, rec arrow.Record) {
	b.ReportAllocs()
	for b.Loop() {
		v, err := zarrow.Wrap(rec)
		if err != nil {
			b.Fatal(err)
		}
		got, err := zarrow.AsRecord(loop{v})
		if err != nil {
			b.Fatal(err)
		}
		got.Release()
		v.Release()
	}
}
