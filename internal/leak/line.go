package leak

import (
	"fmt"
	"runtime"
	"strings"
)

const module = "github.com/gosnakepit/snakepit"

// Line is the nearest line of the program on the way here: outside of this module, whose
// tests and examples are programs too.
func Line() string {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for {
		f, more := frames.Next()
		ours := strings.HasPrefix(f.Function, module) && !strings.Contains(f.Function, "/examples/")
		if !ours || strings.HasSuffix(f.File, "_test.go") || !more {
			return fmt.Sprintf("%s:%d", f.File, f.Line)
		}
	}
}
