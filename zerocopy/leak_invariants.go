//go:build invariants

package zerocopy

import (
	"fmt"
	"os"
	"runtime"
	"sync/atomic"

	"github.com/gosnakepit/snakepit/internal/hold"
	"github.com/gosnakepit/snakepit/internal/leak"
)

// guard reports a tensor that nobody released, and where it was made.
type guard struct {
	net runtime.Cleanup
	*origin
}

type origin struct {
	hold *hold.Hold
	line string
	bare atomic.Bool // the memory is used without the tensor
}

func (g *guard) watch(t *Tensor) {
	g.origin = &origin{hold: t.mem.hold, line: leak.Line()}
	g.net = runtime.AddCleanup(t, (*origin).report, g.origin)
}

func (g *guard) done() { g.net.Stop() }
func (g *guard) down() { g.bare.Store(true) }

// report comes after the release, so that who reads of a leak finds it mended.
func (o *origin) report() {
	if !o.bare.Load() {
		o.hold.Release()
	}
	fmt.Fprintf(os.Stderr, "snakepit: a tensor made at %s was never released; call Release on it\n", o.line)
}
