package main

import (
	"context"
	_ "embed"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/processprofile"
	"github.com/gosnakepit/snakepit/provision/locate"
	"github.com/gosnakepit/snakepit/zerocopy"
)

//go:embed benchproc.py
var benchProcess []byte

//go:embed benchempty.py
var benchEmpty []byte

const (
	callers     = 16 // of proc/throughput_16; the floor's servers have as many threads each, our children half as many
	streamShort = 5000
	gibibyte    = 1 << 30
)

// onlyProcess reports whether nothing but what runs in other processes is asked for.
func onlyProcess(only string) bool {
	return strings.Contains(only, "proc/") || strings.Contains(only, "floor/grpc")
}

// measureProcess measures the process profile, whose rows go by the clock: most of the
// work is done in other processes.
func measureProcess(rounds int, only string) ([]*row, error) {
	if only != "" && !onlyProcess(only) {
		return nil, nil
	}
	dir, err := os.MkdirTemp("", "snakepit-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	b := &processBench{dir: dir}
	defer b.close()
	rows, err := b.rows()
	if err != nil {
		return nil, err
	}
	if rows, err = choose(rows, only); err != nil {
		return nil, err
	}
	for _, r := range rows {
		r.clock = true
	}
	measure(rows, rounds)
	return rows, nil
}

// processBench is what the rows need.
type processBench struct {
	dir    string
	python locate.Python
	stop   []func()

	started []*snakepit.Runtime // by proc/start
}

func (b *processBench) close() {
	for _, f := range b.stop {
		f()
	}
}

func (b *processBench) rows() (rows []*row, err error) {
	if b.python, _, err = locate.FindProcess(context.Background(), locate.ProcessOptions{}); err != nil {
		return nil, err
	}
	err1 := os.WriteFile(filepath.Join(b.dir, "benchproc.py"), benchProcess, 0o600)
	err2 := os.WriteFile(filepath.Join(b.dir, "benchempty.py"), benchEmpty, 0o600)
	if err := firstOf(err1, err2); err != nil {
		return nil, err
	}
	calls, err := b.callRows()
	if err != nil {
		return nil, err
	}
	memory, err := b.memoryRows()
	return append(append(calls, memory...), b.startRows()...), err
}

// open opens a runtime whose children have the adapter.
func (b *processBench) open(adapter string, children, threads int) (*snakepit.Runtime, error) {
	return snakepit.Open(context.Background(), snakepit.Config{
		Pools: []snakepit.PoolConfig{{
			Profile: processprofile.New(processprofile.Config{Adapter: adapter, Path: []string{b.dir}, Threads: threads}),
			Workers: children * threads,
		}},
		Logger: slog.New(slog.DiscardHandler),
	})
}

func (b *processBench) keep(rt *snakepit.Runtime, err error) (*snakepit.Runtime, error) {
	if err == nil {
		b.stop = append(b.stop, func() { rt.Close() })
	}
	return rt, err
}

func (b *processBench) callRows() ([]*row, error) {
	bg := context.Background()
	one, err1 := b.keep(b.open("benchproc:Adapter", 1, 1))
	two, err2 := b.keep(b.open("benchproc:Adapter", 2, callers/2))
	servers := &floors{}
	for i := range 2 {
		f, err := openFloor(b.python.Executable, b.dir, i)
		if err != nil {
			return nil, err
		}
		b.stop = append(b.stop, f.close)
		servers.all = append(servers.all, f)
	}
	args := snakepit.Args{"a": 1, "b": 2}
	add := func(rt *snakepit.Runtime) func(int) {
		return func(n int) { repeat(n, func(int) error { return second(rt.Execute(bg, "add", args)) }) }
	}
	return []*row{
		{name: "floor/grpcio_echo", f: func(n int) { repeat(n, func(int) error { return servers.all[0].echo() }) }},
		{name: "proc/execute_tool", of: "floor/grpcio_echo", bar: 1.15, f: add(one)},
		{name: "floor/grpcio_echo_16", threads: callers, f: servers.echo},
		{name: "proc/throughput_16", of: "floor/grpcio_echo_16", bar: 1 / 0.9, threads: callers, f: add(two)},
		{name: "floor/grpcio_stream", per: streamShort, f: func(n int) { repeat(n, func(int) error { return servers.all[0].stream(streamShort) }) }},
		{name: "proc/stream_item", of: "floor/grpcio_stream", bar: 1 / 0.8, per: streamShort, f: func(n int) { repeat(n, func(int) error { return drain(one, streamShort) }) }},
	}, firstOf(err1, err2)
}

// memoryRows need numpy.
func (b *processBench) memoryRows() ([]*row, error) {
	rt, err := b.keep(b.open("", 1, 1))
	if err != nil {
		return nil, err
	}
	tensor, err1 := snakepit.Bind[*zerocopy.Tensor, *zerocopy.Tensor](rt, "benchproc:there_and_back")
	bytes, err2 := snakepit.Bind[[]byte, []byte](rt, "benchproc:echo")
	small, err3 := zerocopy.New[float32](mebibyte / 4)
	middle, err4 := zerocopy.New[float32](64 * mebibyte / 4)
	large, err5 := zerocopy.New[float32](gibibyte / 4)
	data := make([]byte, 64*mebibyte)
	lend := func(t *zerocopy.Tensor) func(int) {
		return func(n int) { repeat(n, func(int) error { return released(tensor(context.Background(), t)) }) }
	}
	return []*row{
		{name: "proc/tensor_1MiB", f: lend(small)},
		{name: "proc/tensor_64MiB", of: "proc/tensor_1MiB", bar: 1.5, f: lend(middle)},
		{name: "proc/tensor_1GiB", of: "proc/tensor_1MiB", bar: 1.5, f: lend(large)},
		{name: "proc/bytes_64MiB", of: "proc/tensor_64MiB", least: 50, f: func(n int) {
			repeat(n, func(int) error { return second(bytes(context.Background(), data)) })
		}},
	}, firstOf(err1, err2, err3, err4, err5)
}

// startRows measure whole processes; what proc/start has opened is closed after its round.
func (b *processBench) startRows() []*row {
	return []*row{
		{name: "floor/grpc_import", f: func(n int) {
			repeat(n, func(int) error { return exec.Command(b.python.Executable, "-c", "import grpc").Run() })
		}},
		{name: "proc/start", of: "floor/grpc_import", bar: 1.3, after: b.closeStarted, f: func(n int) {
			repeat(n, func(int) error {
				rt, err := b.open("benchempty:Adapter", 1, 1)
				b.started = append(b.started, rt)
				return err
			})
		}},
	}
}

func (b *processBench) closeStarted() {
	for _, rt := range b.started {
		must(rt.Close())
	}
	b.started = nil
}
