//go:build invariants

package interp

import (
	"fmt"
	"os"

	"github.com/gosnakepit/snakepit/cgo"
)

// reportLeak says that an object was never released.
func reportLeak(handle cgo.Object) {
	fmt.Fprintf(os.Stderr, "snakepit: object %#x was never released; call Release on what a call returns\n", uintptr(handle))
}
