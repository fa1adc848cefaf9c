//go:build invariants

package lend

import (
	"fmt"
	"os"
	"runtime"

	"github.com/gosnakepit/snakepit/internal/leak"
)

// guard reports the value that it is part of if the Go program forgets it.
type guard struct{ net runtime.Cleanup }

func (g *guard) watch() { g.net = runtime.AddCleanup(g, report, leak.Line()) }
func (g *guard) done()  { g.net.Stop() }

func report(line string) {
	fmt.Fprintf(os.Stderr, "snakepit: an Arrow value made at %s was never released; call Release on it\n", line)
}
