package main

import (
	"context"
	_ "embed"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile"
)

//go:embed benchcancel.py
var benchCancel []byte

// The bars of cancellation are times on the clock, of the slowest call in a hundred.
const (
	barBytecode = 10 * time.Millisecond
	barReturn   = 20 * time.Millisecond
	loops       = 20 // cancelled per round; of those in C there is one
)

// measureCancel measures how long it takes from the end of a context to a free worker,
// where Python computes in bytecode, and to the caller's return, where it is in C.
func measureCancel(prefix, only string, rounds int, make func(folder string) profile.Profile) ([]*row, error) {
	rows, err := choose([]*row{
		{name: prefix + "cancel/bytecode_p99", plus: barBytecode},
		{name: prefix + "cancel/return_p99", plus: barReturn},
	}, only)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "snakepit-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, "benchcancel.py"), benchCancel, 0o600); err != nil {
		return nil, err
	}
	rt, err := snakepit.Open(context.Background(), snakepit.Config{
		Pools:  []snakepit.PoolConfig{{Profile: make(dir), Workers: 1, CancelGrace: time.Minute}},
		Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return nil, err
	}
	defer rt.Close()
	inC := "benchcancel:sleep"
	if numpy, err := rt.Call(context.Background(), "benchcancel:prepare"); err != nil {
		return nil, err
	} else if numpy == true {
		inC = "benchcancel:compute"
	}
	for _, r := range rows {
		if r.plus == barBytecode {
			r.slowest(rounds*loops, func() time.Duration { _, free := cancelled(rt, "benchcancel:spin"); return free })
		} else {
			r.slowest(rounds, func() time.Duration { back, _ := cancelled(rt, inC); return back })
		}
	}
	return rows, nil
}

// slowest notes the slowest of n in a hundred.
func (r *row) slowest(n int, once func() time.Duration) {
	times := make([]time.Duration, n)
	for i := range times {
		times[i] = once()
	}
	slices.Sort(times)
	r.wall = times[(len(times)*99-1)/100]
	r.best = r.wall
}

// cancelled cancels a call while it runs, and says how long it took until the caller was
// back, and until the worker was.
func cancelled(rt *snakepit.Runtime, target string) (back, free time.Duration) {
	ctx, cancel := context.WithCancel(context.Background())
	var end time.Time
	timer := time.AfterFunc(20*time.Millisecond, func() {
		end = time.Now()
		cancel()
	})
	defer timer.Stop()
	if _, err := rt.Call(ctx, target); err == nil {
		panic(target + " ended before it was cancelled")
	}
	back = time.Since(end)
	for rt.Stats().Pools[snakepit.DefaultPool].Calls.InUse > 0 {
		if runtime.Gosched(); time.Since(end) > 100*time.Millisecond {
			time.Sleep(time.Millisecond)
		}
	}
	return back, time.Since(end)
}
