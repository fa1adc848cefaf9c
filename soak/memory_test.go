package soak_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/zerocopy"
	zarrow "github.com/gosnakepit/snakepit/zerocopy/arrow"
)

var tensors = []deed{
	{"a tensor for Python", 5, tensorThere},
	{"a tensor there and back", 5, tensorBack},
	{"an array of Python", 3, arrayOf("ones")},
	{"an array in shared memory", 3, arrayOf("shared_ones")},
	{"a record there and back", 3, recordBack},
	{"a table for Python", 3, tableThere},
	{"a batch of Python", 3, batchOf},
	{"a stream of batches of Python", 3, batchesOf},
}

// size is how many elements a tensor has: few that are copied, or up to half a megabyte that
// is lent. There are not many sizes, so that allocators find room for one where another was.
func size() int { return 1 << (2*rand.IntN(9) + 1) }

func newOnes(n int) (*zerocopy.Tensor, error) {
	t, err := zerocopy.New[float32](n)
	if err != nil {
		return nil, err
	}
	all, err := zerocopy.Slice[float32](t)
	for i := range all {
		all[i] = 1
	}
	return t, err
}

func tensorThere(p *place) error {
	n := size()
	t, err := newOnes(n)
	if err != nil {
		return err
	}
	defer t.Release()
	got, err := p.total(ctx0, t)
	return wanted(got == float64(n), got, err)
}

func tensorBack(p *place) error {
	n := size()
	t, err := newOnes(n)
	if err != nil {
		return err
	}
	defer t.Release()
	got, err := p.pool.Call(ctx0, "soakload:double_in_place", t)
	return filled(got, err, n, 2)
}

func arrayOf(function string) func(*place) error {
	return func(p *place) error {
		n := size()
		got, err := p.pool.Call(ctx0, "soakload:"+function, n)
		return filled(got, err, n, 1)
	}
}

// filled wants a tensor of n elements of that value, and gives it up.
func filled(got any, err error, n int, value float32) error {
	t, ok := got.(*zerocopy.Tensor)
	if err != nil || !ok {
		return wanted(false, got, err)
	}
	defer t.Release()
	all, err := zerocopy.ReadSlice[float32](t)
	return wanted(err != nil || len(all) == n && all[0] == value && all[n-1] == value, t, err)
}

var schema = arrow.NewSchema([]arrow.Field{{Name: "n", Type: arrow.PrimitiveTypes.Int64}}, nil)

// newRecord is on Go's heap or not, and has the numbers below n, whose sum is n(n-1)/2.
func newRecord(n int) arrow.Record {
	var mem memory.Allocator = memory.DefaultAllocator
	if rand.IntN(2) == 0 {
		mem = zarrow.Allocator
	}
	b := array.NewInt64Builder(mem)
	defer b.Release()
	for i := range n {
		b.Append(int64(i))
	}
	column := b.NewArray()
	defer column.Release()
	return array.NewRecord(schema, []arrow.Array{column}, int64(n))
}

func recordBack(p *place) error {
	n := rand.IntN(5000)
	rec := newRecord(n)
	defer rec.Release()
	v, err := zarrow.Wrap(rec)
	if err != nil {
		return err
	}
	defer v.Release()
	got, err := p.pool.Call(ctx0, "soakload:batch_back", v)
	return sameRecord(got, err, rec)
}

// sameRecord wants an object with the record's rows, and gives it up.
func sameRecord(got any, err error, rec arrow.Record) error {
	o, ok := got.(interface{ Release() })
	if err != nil || !ok {
		return wanted(false, got, err)
	}
	defer o.Release()
	back, err := zarrow.AsRecord(got)
	if err != nil {
		return err
	}
	defer back.Release()
	return wanted(array.RecordEqual(rec, back), back, nil)
}

func tableThere(p *place) error {
	n := rand.IntN(2000)
	rec := newRecord(n)
	defer rec.Release()
	table := array.NewTableFromRecords(schema, []arrow.Record{rec, rec, rec})
	defer table.Release()
	v, err := zarrow.Wrap(table)
	if err != nil {
		return err
	}
	defer v.Release()
	got, err := p.pool.Call(ctx0, "soakload:table_total", v)
	if n == 0 {
		return wanted(got == nil, got, err)
	}
	return wanted(got == int64(3*n*(n-1)/2), got, err)
}

func batchOf(p *place) error {
	n := rand.IntN(5000)
	got, err := p.pool.Call(ctx0, "soakload:make_batch", n)
	rec := newRecord(n)
	defer rec.Release()
	return sameRecord(got, err, rec)
}

// batchesOf reads a stream of Python's up to its end or not.
func batchesOf(p *place) error {
	got, err := p.pool.Call(ctx0, "soakload:make_stream", 10, 20)
	o, ok := got.(interface{ Release() })
	if err != nil || !ok {
		return wanted(false, got, err)
	}
	defer o.Release()
	r, err := zarrow.AsReader(got)
	if err != nil {
		return unlessReplaced(p, err)
	}
	defer r.Release()
	seen := 0
	for r.Next() {
		if seen++; rand.IntN(30) == 0 {
			return nil
		}
	}
	if r.Err() == nil && seen != 20 {
		return fmt.Errorf("%d batches of 20 came", seen)
	}
	return unlessReplaced(p, r.Err())
}

// unlessReplaced is for what lives where Python does, and ends with a child that is replaced.
func unlessReplaced(p *place, err error) error {
	var lost *snakepit.WorkerCrashError
	if p.name == busy && errors.As(err, &lost) && strings.Contains(lost.How, "left when asked") {
		return nil
	}
	return err
}
