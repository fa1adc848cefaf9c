package main

import (
	"context"
	"os"
	"runtime"
	"slices"
	"sync"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/pool"
	"github.com/gosnakepit/snakepit/threadprofile"
)

const (
	contenders     = 64 // callers of pool/contended
	contendedSlots = 2
)

// poolBench measures what stands between a call and its worker when there are more calls
// than workers.
type poolBench struct {
	rt     *snakepit.Runtime
	inc    func(context.Context, int) (int, error)
	wait   func(context.Context, int) (struct{}, error) // for a byte from a file
	load   overload
	bg     context.Context
	opened [2]*os.File // what it waits for
}

// measurePool opens pools of its own in the folder of the modules, if their rows are asked for.
func measurePool(dir string, rounds int, only string) ([]*row, error) {
	b := &poolBench{bg: context.Background()}
	rows, err := choose(append(b.contendedRows(), b.load.rows()...), only)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	if err := b.open(dir); err != nil {
		return nil, err
	}
	defer b.close()
	measure(rows, rounds)
	if slices.ContainsFunc(rows, func(r *row) bool { return r == b.load.full || r == b.load.deadline || r == b.load.memory }) {
		b.load.measure(rounds)
	}
	return rows, nil
}

func (b *poolBench) open(dir string) (err error) {
	if b.opened[0], b.opened[1], err = os.Pipe(); err != nil {
		return err
	}
	b.rt, err = snakepit.Open(b.bg, snakepit.Config{Pools: []snakepit.PoolConfig{
		{Name: "contended", Profile: threadprofile.New(threadprofile.Config{Path: []string{dir}}), Workers: contendedSlots},
		{Name: "overload", Profile: threadprofile.New(threadprofile.Config{Adapter: "benchmod", Path: []string{dir}}), Workers: overloadWorkers},
	}})
	if err != nil {
		return err
	}
	b.load.pool = b.rt.Pool("overload")
	var err1, err2 error
	b.inc, err1 = snakepit.Bind[int, int](b.rt, "benchmod:inc")
	b.wait, err2 = snakepit.Bind[int, struct{}](b.rt, "benchmod:wait")
	return firstOf(err1, err2)
}

func (b *poolBench) close() {
	must(b.rt.Close())
	b.opened[0].Close()
	b.opened[1].Close()
}

// contendedRows compare the CPU time of calls for which 64 callers share two slots with
// that of two callers, who never wait.
func (b *poolBench) contendedRows() []*row {
	return []*row{
		{name: "pool/uncontended", threads: contendedSlots, more: 3, f: b.calls},
		{name: "pool/contended", of: "pool/uncontended", bar: 1.5, more: 3, f: b.contended},
	}
}

func (b *poolBench) calls(n int) {
	repeat(n, func(i int) error { return second(b.inc(b.bg, i)) })
}

// contended makes n calls. All callers stand in line before the first is served: left to
// chance, none may meet another until the scheduler interrupts one with a slot in its hand.
func (b *poolBench) contended(n int) {
	var all sync.WaitGroup
	for range contendedSlots {
		all.Go(func() { must(second(b.wait(b.bg, int(b.opened[0].Fd())))) })
	}
	for b.calling().InUse < contendedSlots {
		runtime.Gosched()
	}
	for range contenders {
		all.Go(func() { b.calls((n + contenders - 1) / contenders) })
	}
	for b.calling().Queued < contenders {
		runtime.Gosched()
	}
	must(second(b.opened[1].Write(make([]byte, contendedSlots))))
	all.Wait()
}

func (b *poolBench) calling() pool.Stats { return b.rt.Stats().Pools["contended"].Calls }
