//go:build invariants

package zerocopy

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync/atomic"

	"github.com/gosnakepit/snakepit/internal/hold"
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
	g.origin = &origin{hold: t.mem.hold, line: caller()}
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

// caller is the line outside of this module's packages that made a tensor; tests are outside.
func caller() string {
	var pcs [32]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	for {
		f, more := frames.Next()
		ours := strings.HasPrefix(f.Function, "github.com/gosnakepit/snakepit") && !strings.Contains(f.Function, "/examples/")
		if !ours || strings.HasSuffix(f.File, "_test.go") || !more {
			return fmt.Sprintf("%s:%d", f.File, f.Line)
		}
	}
}
