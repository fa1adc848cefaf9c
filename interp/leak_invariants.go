//go:build invariants

package interp

import (
	"fmt"
	"os"

	"github.com/gosnakepit/snakepit/internal/leak"
)

// birth is the line that got an object.
type birth struct{ line string }

func born() birth { return birth{leak.Line()} }

// report says that the object was never released.
func (b birth) report() {
	fmt.Fprintf(os.Stderr, "snakepit: an object that a call returned at %s was never released; call Release on it\n", b.line)
}
