//go:build !invariants

package zerocopy

import (
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/gosnakepit/snakepit/internal/hold"
)

// guard releases the memory of a tensor that nobody released. Only the tensor refers to
// its net; slices of Go, which are lent for a call most often, have none.
type guard struct{ net *net }

// net is what the collector watches in place of a tensor. Hanging it up costs more than the
// rest of a tensor does, so nets are used again: a net that falls has no tensor any more,
// and lets go of what was caught.
type net struct{ caught *atomic.Pointer[hold.Hold] }

var nets = sync.Pool{New: func() any {
	n := &net{new(atomic.Pointer[hold.Hold])}
	runtime.AddCleanup(n, fall, n.caught)
	return n
}}

func fall(caught *atomic.Pointer[hold.Hold]) {
	if h := caught.Load(); h != nil {
		h.Release()
	}
}

func (g *guard) watch(t *Tensor) {
	if !t.mem.slice {
		g.net = nets.Get().(*net)
		g.net.caught.Store(t.mem.hold)
	}
}

func (g *guard) done() {
	if g.net != nil {
		g.net.caught.Store(nil)
		nets.Put(g.net)
		g.net = nil
	}
}

// down leaves the memory to Release: somebody uses it without the tensor.
func (g *guard) down() {
	if g.net != nil {
		g.net.caught.Store(nil)
	}
}
