//go:build !invariants

package zerocopy

import (
	"runtime"

	"github.com/gosnakepit/snakepit/internal/hold"
)

// guard releases a tensor that nobody released.
type guard struct{ net runtime.Cleanup }

// watch leaves out slices of Go, which are lent for a call most often: it would double what
// that costs.
func (g *guard) watch(t *Tensor) {
	if !t.mem.slice {
		g.net = runtime.AddCleanup(t, (*hold.Hold).Release, t.mem.hold)
	}
}

func (g *guard) done() { g.net.Stop() }

// down leaves the memory to Release: somebody uses it without the tensor.
func (g *guard) down() { g.net.Stop() }
