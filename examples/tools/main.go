// Command tools has a Python agent call three Go tools until it has an answer.
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

//go:embed agent.py
var adapter []byte

func main() {
	log.SetFlags(0)
	if err := run(context.Background(), os.Stdout); err != nil {
		log.Fatalf("tools: %v", err)
	}
}

func run(ctx context.Context, out io.Writer) error {
	dir, err := scratch.Folder(map[string][]byte{"agent": adapter})
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	rt, err := snakepit.Open(ctx, snakepit.Config{
		Tools: shop, // before the adapter is imported, so that it can import them
		Pools: []snakepit.PoolConfig{{
			Profile: threadprofile.New(threadprofile.Config{Adapter: "agent:Agent", Path: []string{dir}}),
		}},
	})
	if err != nil {
		return err
	}
	defer rt.Close()
	return ask(ctx, rt, out)
}

// order is what the agent's tool takes, and reply what it returns.
type order struct {
	Item     string
	Amount   int
	Currency string
}

type reply struct {
	Answer string
	Steps  []string
}

func ask(ctx context.Context, rt *snakepit.Runtime, out io.Writer) error {
	answer, err := snakepit.Bind[order, reply](rt, "answer")
	if err != nil {
		return err
	}
	for _, o := range []order{{"lamps", 3, "CHF"}, {"chairs", 9, "USD"}, {"chairs", 1, "XYZ"}, {"dragons", 1, "EUR"}} {
		r, err := answer(ctx, o)
		if err != nil {
			return err
		}
		fmt.Fprintln(out, r.Answer)
		for _, step := range r.Steps {
			fmt.Fprintln(out, "   ", step)
		}
	}
	return nil
}
