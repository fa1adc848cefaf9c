package soak_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// bound says how much more there may be of something than after the first round, however
// long the soak lasts.
type bound struct {
	name string
	more int
	why  string
}

var bounds = []bound{
	{"memory", 128 << 20, "allocators spread out; what is in use has bounds of its own"},
	{"shared memory", 32 << 20, "pages that were freed are kept for the next"},
	{"Go heap", 4 << 20, "caches of frames and plans"},
	{"descriptors", 9, "three of each worker's spare event loop, made when its first one seems blocked"},
	{"OS threads", 32, "Go keeps threads that it has needed once, and so does asyncio"},
	{"goroutines", 2, "of the runtime of Go"},
	{"mappings of shared memory", 0, ""},
	{"child processes", 0, ""},

	{"tensors", 0, ""},
	{"Arrow data", 0, ""},
	{"holds", 0, ""},
	{"objects", 0, ""},
	{"sessions", 0, ""},

	{"tracked objects", 0, ""},
	{"Python objects", 3000, "of sessions' Go tools, of which 256 are remembered, of threads, and of modules imported late"},
	{"Python blocks", 12000, "the same"},
	{"C heap", 4 << 20, "caches of each thread"},
	{"heap of pyarrow", 0, ""},
	{"Python threads", 16, "of coroutines that call Go tools, up to six for each worker"},
	{"thread states", 8, "of OS threads that Go keeps"},
	{"modules", 8, "what libraries import when first needed"},

	{"child's memory", 16 << 20, "Python's allocator spreads out"},
	{"child's threads", 2, "of gRPC"},
	{"child's descriptors", 3, "of a spare event loop"},
}

// exceeded are sentences about what there is too much of.
func (f footprint) exceeded(base footprint) (all []string) {
	for _, b := range bounds {
		if b.name == "memory" && raceEnabled { // whose own memory grows
			continue
		}
		if now, before := f[b.name], base[b.name]; now > before+b.more {
			all = append(all, fmt.Sprintf("%s: %d after the first round, %d now, which is more than the %d that it may vary by", b.name, before, now, b.more))
		}
	}
	return all
}

// String has the numbers that people ask for first.
func (f footprint) String() string {
	var all []string
	for _, name := range []string{"memory", "child's memory", "descriptors", "OS threads", "goroutines", "thread states", "Python objects", "Python blocks", "C heap"} {
		switch n := f[name]; {
		case n == 0:
		case n > 1<<20:
			all = append(all, fmt.Sprintf("%s %.1f MiB", name, float64(n)/(1<<20)))
		default:
			all = append(all, fmt.Sprintf("%s %d", name, n))
		}
	}
	return strings.Join(all, ", ")
}

// patience is how long things may take to be given back when all is at rest.
const patience = 20 * time.Second

// rest waits until all calls have ended and no more is in use than was in use before; then
// what remains is too much. Without a before it waits until nothing gets less any more.
func (l *load) rest(t *testing.T, before footprint) (f footprint) {
	t.Helper()
	l.idle(t)
	var much []string
	start := time.Now()
	for time.Since(start) < patience {
		now, err := l.look()
		require.NoErrorf(t, err, "%+v", err)
		if before == nil {
			if f != nil && now["sessions"] == 0 && len(f.exceeded(now)) == 0 {
				return now
			}
		} else if too := now.exceeded(before); len(too) > 0 {
			much = too
		} else {
			return now
		}
		f = now
		time.Sleep(100 * time.Millisecond)
	}
	for _, sentence := range much {
		t.Error(sentence)
	}
	return f
}
