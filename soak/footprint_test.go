package soak_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/internal/hold"
	"github.com/gosnakepit/snakepit/interp"
	"github.com/gosnakepit/snakepit/zerocopy"
	zarrow "github.com/gosnakepit/snakepit/zerocopy/arrow"
)

// footprint is how much there is of what must not grow, by its name in bounds.
type footprint map[string]int

// look measures all of it.
func (l *load) look() (footprint, error) {
	f := footprint{}
	if err := l.python(f); err != nil {
		return nil, err
	}
	l.library(f)
	if p := l.places[len(l.places)-1]; l.killer != nil {
		f.child(p.stats().Python.Pids)
	}
	f.process()
	return f, nil
}

// python asks the steady pool's Python, after it has looked for garbage.
func (l *load) python(f footprint) error {
	p := l.places[len(l.places)-1]
	v, err := p.pool.Call(ctx0, "soakload:census")
	if err != nil {
		return err
	}
	for name, n := range v.(map[string]any) {
		f[name] = int(n.(int64))
	}
	f["thread states"] = p.stats().Python.ThreadStates
	return nil
}

// library counts what the library itself keeps count of.
func (l *load) library(f footprint) {
	runtime.GC()
	f["tensors"] = sum(zerocopy.Live())
	f["Arrow data"] = sum(zarrow.Live())
	f["holds"] = hold.Live()
	f["objects"] = int(interp.LiveObjects())
	for range l.rt.Sessions() {
		f["sessions"]++
	}
}

// sum adds up the fields of a struct of counts.
func sum(counts any) (n int) {
	v := reflect.ValueOf(counts)
	for i := range v.NumField() {
		n += int(v.Field(i).Int())
	}
	return n
}

// process measures this process.
func (f footprint) process() {
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	f["Go heap"] = int(m.HeapAlloc)
	f["goroutines"] = runtime.NumGoroutine()
	f["memory"] = status("self", "RssAnon")
	f["shared memory"] = status("self", "RssShmem")
	f["OS threads"] = status("self", "Threads") >> 10
	f["descriptors"] = entries("/proc/self/fd")
	f["mappings of shared memory"] = mappings()
	f["child processes"] = len(children())
}

// child measures the process of the steady pool.
func (f footprint) child(pids []int) {
	for _, pid := range pids {
		pid := strconv.Itoa(pid)
		f["child's memory"] = status(pid, "RssAnon")
		f["child's threads"] = status(pid, "Threads") >> 10
		f["child's descriptors"] = entries("/proc/" + pid + "/fd")
	}
}

func (p *place) stats() snakepit.PoolStats { return p.rt.Stats().Pools[p.name] }

// status is a line of /proc/pid/status: what says kB as bytes, and other numbers as if they did.
func status(pid, name string) int {
	text, err := os.ReadFile("/proc/" + pid + "/status")
	if err != nil {
		return 0
	}
	_, rest, _ := bytes.Cut(text, []byte("\n"+name+":"))
	var n int
	_, _ = fmt.Sscan(string(rest), &n)
	return n << 10
}

func entries(folder string) int {
	all, _ := os.ReadDir(folder)
	return len(all)
}

// mappings counts where memory is mapped that processes share.
func mappings() int {
	text, _ := os.ReadFile("/proc/self/maps")
	return bytes.Count(text, []byte("/memfd:"))
}

// children are the processes that this one has started, and not waited for.
func children() (pids []string) {
	all, _ := filepath.Glob("/proc/[0-9]*/stat")
	me := strconv.Itoa(os.Getpid())
	for _, file := range all {
		text, _ := os.ReadFile(file)
		_, rest, _ := strings.Cut(string(text), ") ")
		if fields := strings.Fields(rest); len(fields) > 1 && fields[1] == me {
			pids = append(pids, filepath.Base(filepath.Dir(file)))
		}
	}
	return pids
}
