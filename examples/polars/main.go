// Command polars has polars, which has no wheels for free-threaded Python, summarise a
// table that Go made: in a child process, over the same memory.
package main

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/examples/internal/scratch"
	"github.com/gosnakepit/snakepit/processprofile"
	zarrow "github.com/gosnakepit/snakepit/zerocopy/arrow"
)

//go:embed trips.py
var module []byte

const (
	rows  = 1_000_000
	zones = 5
)

func main() {
	log.SetFlags(0)
	if err := run(context.Background(), os.Stdout); err != nil {
		log.Fatalf("polars: %v", err)
	}
}

func run(ctx context.Context, out io.Writer) error {
	dir, err := scratch.Folder(map[string][]byte{"trips": module})
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	rt, err := snakepit.Open(ctx, snakepit.Config{Pools: []snakepit.PoolConfig{{
		Profile: processprofile.New(processprofile.Config{Path: []string{dir}}), Workers: 1,
	}}})
	if err != nil {
		return err
	}
	defer rt.Close()
	trips := made()
	defer trips.Release()
	return summarise(ctx, rt, trips, out)
}

// summarise passes the table to polars and prints what comes back.
func summarise(ctx context.Context, rt *snakepit.Runtime, trips arrow.Record, out io.Writer) error {
	lent, err := zarrow.Wrap(trips)
	if err != nil {
		return err
	}
	defer lent.Release()
	began := time.Now()
	result, err := rt.Call(ctx, "trips:summary", lent, 2.0)
	if err != nil {
		return err
	}
	table, err := zarrow.AsTable(result)
	if err != nil {
		return err
	}
	defer table.Release()
	fmt.Fprintf(out, "%d trips summarised by polars in a child process in %v\n", trips.NumRows(), time.Since(began).Round(time.Millisecond))
	show(table, out)
	fmt.Fprintf(out, "bytes copied to Python: %d\n", rt.Stats().ZeroCopy.CopiedIn)
	return nil
}

// show prints a table that has few rows.
func show(table arrow.Table, out io.Writer) {
	rows := array.NewTableReader(table, -1)
	defer rows.Release()
	for rows.Next() {
		r := rows.Record()
		for i := range int(r.NumRows()) {
			for c, column := range r.Columns() {
				fmt.Fprintf(out, "  %s %s", r.ColumnName(c), column.ValueStr(i))
			}
			fmt.Fprintln(out)
		}
	}
}

// made is a table of trips in memory that children see.
func made() arrow.Record {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "zone", Type: arrow.PrimitiveTypes.Int32}, {Name: "km", Type: arrow.PrimitiveTypes.Float64}, {Name: "fare", Type: arrow.PrimitiveTypes.Float64},
	}, nil)
	b := array.NewRecordBuilder(zarrow.Allocator, schema)
	defer b.Release()
	zone, km, fare := b.Field(0).(*array.Int32Builder), b.Field(1).(*array.Float64Builder), b.Field(2).(*array.Float64Builder)
	for i := range rows {
		length := float64(i%97) / 10
		zone.Append(int32(i % zones))
		km.Append(length)
		fare.Append(2.5 + length*(1+float64(i%zones)/10))
	}
	return b.NewRecord()
}
