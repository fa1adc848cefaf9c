package main

import (
	"context"
	_ "embed"
	"strings"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/zerocopy"
	zarrow "github.com/gosnakepit/snakepit/zerocopy/arrow"
)

//go:embed benchzc.py
var benchZeroCopy []byte

const (
	small = 1 << 10 / 4 // elements of 1 KiB
	huge  = 1 << 30 / 4
)

// zeroCopyRows need numpy, pyarrow and scikit-learn, and 2 GiB.
func zeroCopyRows(rt *snakepit.Runtime) ([]*row, error) {
	tensors, err := tensorRows(rt)
	if err != nil {
		return nil, err
	}
	tables, err := arrowRows(rt)
	if err != nil {
		return nil, err
	}
	jobs, err := jobRows(rt)
	return append(append(tensors, tables...), jobs...), err
}

func tensorRows(rt *snakepit.Runtime) ([]*row, error) {
	bg := context.Background()
	take, err1 := snakepit.Bind[*zerocopy.Tensor, struct{}](rt, "benchzc:take")
	giveLittle, err2 := snakepit.Bind[struct{}, *zerocopy.Tensor](rt, "benchzc:give_1KiB")
	giveLarge, err5 := snakepit.Bind[struct{}, *zerocopy.Tensor](rt, "benchzc:give_1GiB")
	little, err3 := zerocopy.New[float32](small)
	large, err4 := zerocopy.New[float32](huge)
	lend := func(t *zerocopy.Tensor) func(int) {
		return func(n int) { repeat(n, func(int) error { return second(take(bg, t)) }) }
	}
	borrow := func(give func(context.Context, struct{}) (*zerocopy.Tensor, error)) func(int) {
		return func(n int) { repeat(n, func(int) error { return released(give(bg, struct{}{})) }) }
	}
	slice := make([]float32, small)
	return []*row{
		{name: "zc/tensor_to_python_1KiB", plus: time.Microsecond, f: lend(little)},
		{name: "zc/tensor_to_python_1GiB", of: "zc/tensor_to_python_1KiB", bar: 1.2, f: lend(large)},
		{name: "zc/tensor_from_python_1KiB", plus: time.Microsecond, f: borrow(giveLittle)},
		{name: "zc/tensor_from_python_1GiB", of: "zc/tensor_from_python_1KiB", bar: 1.2, f: borrow(giveLarge)},
		{name: "zc/slice_pinned", plus: time.Microsecond, f: func(n int) {
			repeat(n, func(int) error {
				t, err := zerocopy.FromSlice(slice)
				if err != nil {
					return err
				}
				defer t.Release()
				return second(take(bg, t))
			})
		}},
	}, firstOf(err1, err2, err3, err4, err5)
}

func released(t *zerocopy.Tensor, err error) error {
	if err == nil {
		t.Release()
	}
	return err
}

func arrowRows(rt *snakepit.Runtime) ([]*row, error) {
	table := func(rows int) func(int) {
		rec := record(rows)
		return func(n int) { repeat(n, func(int) error { return there(rt, rec) }) }
	}
	return []*row{
		{name: "zc/arrow_record_1k", plus: 60 * time.Microsecond, f: table(1000)}, // 30 each way
		{name: "zc/arrow_record_1M", of: "zc/arrow_record_1k", bar: 1.2, f: table(million)},
	}, nil
}

// there sends a record to pyarrow, and reads back the one that it makes of it.
func there(rt *snakepit.Runtime, rec arrow.Record) error {
	v, err := zarrow.Wrap(rec)
	if err != nil {
		return err
	}
	defer v.Release()
	made, err := rt.Call(context.Background(), "benchzc:table", v)
	if err != nil {
		return err
	}
	defer made.(*snakepit.Object).Release()
	back, err := zarrow.AsRecord(made)
	if err != nil {
		return err
	}
	back.Release()
	return nil
}

// record has ten columns of float64.
func record(rows int) arrow.Record {
	fields, columns := make([]arrow.Field, 10), make([]arrow.Array, 10)
	for i := range fields {
		b := array.NewFloat64Builder(zarrow.Allocator)
		b.AppendValues(make([]float64, rows), nil)
		fields[i] = arrow.Field{Name: string(rune('a' + i)), Type: arrow.PrimitiveTypes.Float64}
		columns[i] = b.NewArray()
	}
	return array.NewRecord(arrow.NewSchema(fields, nil), columns, int64(rows))
}

func jobRows(rt *snakepit.Runtime) ([]*row, error) {
	bg := context.Background()
	alone, err1 := snakepit.Bind[int, struct{}](rt, "benchzc:infer_alone")
	infer, err2 := snakepit.Bind[*zerocopy.Tensor, *zerocopy.Tensor](rt, "benchzc:infer")
	predictList, err3 := snakepit.Bind[[]float64, int](rt, "benchzc:predict")
	predictTensor, err4 := snakepit.Bind[*zerocopy.Tensor, int](rt, "benchzc:predict")
	load, err5 := snakepit.Bind[int, *zerocopy.Tensor](rt, "benchzc:image")
	vector, err6 := zerocopy.New[float32](1024)
	if err := firstOf(err1, err2, err3, err4, err5, err6); err != nil {
		return nil, err
	}
	image, err := load(bg, 1000)
	if err != nil {
		return nil, err
	}
	if image, err = image.Clone(); err != nil { // memory of Go's, as an image that came in by network
		return nil, err
	}
	pixels, err := zerocopy.Slice[float64](image)
	return []*row{
		{name: "numpy/infer", f: func(n int) { must(second(alone(bg, n))) }},
		{name: "zc/infer", of: "numpy/infer", bar: 1.05, f: func(n int) { repeat(n, func(int) error { return released(infer(bg, vector)) }) }},
		{name: "list/digits", f: func(n int) { repeat(n, func(int) error { return second(predictList(bg, pixels)) }) }},
		{name: "zc/digits", of: "list/digits", bar: 0.5, f: func(n int) { repeat(n, func(int) error { return second(predictTensor(bg, image)) }) }},
	}, err
}

// measureZeroCopy measures what needs libraries, after what would suffer from them. They
// are loaded only if all rows are asked for, or some by the prefix zc/.
func measureZeroCopy(rt *snakepit.Runtime, rounds int, only string) ([]*row, error) {
	if only != "" && !strings.Contains(only, "zc/") {
		return nil, nil
	}
	rows, err := zeroCopyRows(rt)
	if err != nil {
		return nil, err
	}
	if rows, err = choose(rows, only); err == nil {
		measure(rows, rounds)
	}
	return rows, err
}
