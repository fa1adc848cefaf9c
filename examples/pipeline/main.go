// Command pipeline reads a Parquet file in Go, has pyarrow filter and add up its rows
// as a stream, and reads the result as a stream in Go: nothing is copied at the border.
package main

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/examples/internal/scratch"
	"github.com/gosnakepit/snakepit/threadprofile"
	zarrow "github.com/gosnakepit/snakepit/zerocopy/arrow"
)

//go:embed orders.py
var module []byte

const (
	rows  = 6 * group
	group = 2 * batch // rows of one part of the file
	batch = 1 << 17   // rows that are on their way at a time
	since = rows / 3  // the earlier orders are left out
)

func main() {
	log.SetFlags(0)
	if err := run(context.Background(), path(), os.Stdout); err != nil {
		log.Fatalf("pipeline: %v", err)
	}
}

// path is where the file of the first run is kept.
func path() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	return filepath.Join(dir, "snakepit", "examples", fmt.Sprintf("orders-%d.parquet", rows))
}

func run(ctx context.Context, file string, out io.Writer) error {
	dir, err := scratch.Folder(map[string][]byte{"orders": module})
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
	if _, err := rt.Call(ctx, "orders:generate", file, rows, group); err != nil {
		return err
	}
	before, start := rt.Stats().ZeroCopy, time.Now()
	sums, read, err := pipeline(ctx, rt, file)
	if err != nil {
		return err
	}
	took := time.Since(start)
	sums.print(out)
	fmt.Fprintf(out, "%d rows, %d MiB of Arrow data, %.1f million rows/s\n",
		read.rows, read.bytes>>20, float64(read.rows)/1e6/took.Seconds())
	if err := border(before, rt.Stats().ZeroCopy, out); err != nil {
		return err
	}
	return settled(ctx, rt)
}

// border prints what was copied between Go and Python, and wants it to be nothing.
func border(before, after snakepit.ZeroCopyStats, out io.Writer) error {
	copied := after.CopiedIn + after.CopiedOut - before.CopiedIn - before.CopiedOut
	fmt.Fprintf(out, "bytes copied at the border: %d\n", copied)
	if copied != 0 {
		return fmt.Errorf("%d bytes were copied, not 0", copied)
	}
	return nil
}

// settled wants everything to be given back. What one thread made and another gave up
// last, free-threaded Python may keep until it collects its garbage; what that held in
// turn, until the next time.
func settled(ctx context.Context, rt *snakepit.Runtime) error {
	for range 10 {
		if _, err := rt.Call(ctx, "gc:collect"); err != nil {
			return err
		}
		if zarrow.Live() == (zarrow.Counts{}) {
			return nil
		}
	}
	return fmt.Errorf("not everything was given back: %+v", zarrow.Live())
}

// pipeline lends the file's batches to Python, one at a time, and adds up what it
// makes of them. The file is read while the result is.
func pipeline(ctx context.Context, rt *snakepit.Runtime, file string) (totals, *counted, error) {
	source, err := open(ctx, file)
	if err != nil {
		return nil, nil, err
	}
	defer source.Release()
	v, err := zarrow.Wrap(source)
	if err != nil {
		return nil, nil, err
	}
	defer v.Release()
	made, err := rt.With(snakepit.RequireZeroCopy()).Call(ctx, "orders:spending", v, since)
	if err != nil {
		return nil, nil, err
	}
	defer made.(*snakepit.Object).Release()
	result, err := zarrow.AsReader(made)
	if err != nil {
		return nil, nil, err
	}
	defer result.Release()
	sums := totals{}
	for result.Next() {
		sums.add(result.Record())
	}
	return sums, source, result.Err()
}
