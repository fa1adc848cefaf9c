// Command stream ranges over the tokens that a Python generator yields, stops it half
// way, and has Python turn a stream of Go's into another one.
package main

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/examples/internal/scratch"
	"github.com/gosnakepit/snakepit/threadprofile"
)

//go:embed tokens.py
var adapter []byte

func main() {
	log.SetFlags(0)
	if err := run(context.Background(), os.Stdout); err != nil {
		log.Fatalf("stream: %v", err)
	}
}

func run(ctx context.Context, out io.Writer) error {
	dir, err := scratch.Folder(map[string][]byte{"tokens": adapter})
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	rt, err := snakepit.Open(ctx, snakepit.Config{Pools: []snakepit.PoolConfig{{
		Profile: threadprofile.New(threadprofile.Config{Adapter: "tokens:Writer", Path: []string{dir}}),
		Workers: 2, // one for each of two streams at once
	}}})
	if err != nil {
		return err
	}
	defer rt.Close()
	if err := readSome(ctx, rt, out); err != nil {
		return err
	}
	return mapStream(ctx, rt, out)
}

// readSome reads until it has had enough; the generator is closed when the loop ends.
func readSome(ctx context.Context, rt *snakepit.Runtime, out io.Writer) error {
	n := 0
	for token, err := range snakepit.StreamOf[string](ctx, rt, "write", snakepit.Args{"prompt": "Once", "tokens": 1000}) {
		if err != nil {
			return err
		}
		fmt.Fprint(out, token, " ")
		if n++; n == 8 {
			break
		}
	}
	fmt.Fprintln(out, "…")
	return nil
}

// mapStream passes one stream to the tool that yields another.
func mapStream(ctx context.Context, rt *snakepit.Runtime, out io.Writer) error {
	quiet := snakepit.StreamOf[string](ctx, rt, "write", snakepit.Args{"prompt": "Twice", "tokens": 6})
	for token, err := range snakepit.StreamOf[string](ctx, rt, "shout", snakepit.Args{"tokens": quiet}) {
		if err != nil {
			return err
		}
		fmt.Fprint(out, token, " ")
	}
	fmt.Fprintln(out)
	return nil
}
