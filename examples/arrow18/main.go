package main

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"log"
	"os"
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/arrow/memory/mallocator"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/examples/internal/scratch"
	"github.com/gosnakepit/snakepit/threadprofile"
)

//go:embed prices.py
var module []byte

func main() {
	log.SetFlags(0)
	mem := mallocator.NewMallocator() // v18 does not pin Go's memory for C
	if err := run(context.Background(), mem, os.Stdout); err != nil {
		log.Fatalf("arrow18: %v", err)
	}
}

func run(ctx context.Context, mem memory.Allocator, out io.Writer) error {
	dir, err := scratch.Folder(map[string][]byte{"prices": module})
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	rt, err := snakepit.Open(ctx, snakepit.Config{Pools: []snakepit.PoolConfig{{
		Profile: threadprofile.New(threadprofile.Config{Path: []string{dir}}),
	}}})
	if err != nil {
		return err
	}
	defer rt.Close()
	rec := prices(mem)
	defer rec.Release()
	return show(ctx, rt, rec, out)
}

// show prints where Go, Python and Go again see the prices.
func show(ctx context.Context, rt *snakepit.Runtime, rec arrow.RecordBatch, out io.Writer) error {
	v, err := toPython(rec)
	if err != nil {
		return err
	}
	defer v.Release()
	there, err := rt.Call(ctx, "prices:address", v)
	if err != nil {
		return err
	}
	made, err := rt.Call(ctx, "prices:with_vat", v)
	if err != nil {
		return err
	}
	defer made.(*snakepit.Object).Release()
	back, err := fromPython(made)
	if err != nil {
		return err
	}
	defer back.Release()
	fmt.Fprintf(out, "prices in Go, arrow-go v%s: %#x\n", arrow.PkgVersion, address(rec))
	fmt.Fprintf(out, "prices in Python:           %#x\n", there)
	fmt.Fprintf(out, "prices back in Go:          %#x\n", address(back))
	fmt.Fprintf(out, "with VAT: %v\n", back.Column(2))
	return nil
}

func prices(mem memory.Allocator) arrow.RecordBatch {
	b := array.NewRecordBuilder(mem, arrow.NewSchema([]arrow.Field{
		{Name: "good", Type: arrow.BinaryTypes.String},
		{Name: "price", Type: arrow.PrimitiveTypes.Float64},
	}, nil))
	defer b.Release()
	b.Field(0).(*array.StringBuilder).AppendValues([]string{"lamp", "chair", "desk"}, nil)
	b.Field(1).(*array.Float64Builder).AppendValues([]float64{16, 60, 240}, nil)
	return b.NewRecordBatch()
}

func address(rec arrow.RecordBatch) uintptr {
	return uintptr(unsafe.Pointer(unsafe.SliceData(rec.Column(1).Data().Buffers()[1].Bytes())))
}
