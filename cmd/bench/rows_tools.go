package main

import (
	"context"
	_ "embed"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/tool"
)

//go:embed benchadapter.py
var benchAdapter []byte

type number struct {
	N int `py:"n"`
}

type nextInt struct {
	X int `py:"x"`
}

// increment is the Go tool of py/host_tool.
var increment = tool.New("next_int", "the next int", func(_ context.Context, in nextInt) (int, error) { return in.X + 1, nil })

func toolRows(rt *snakepit.Runtime) ([]*row, error) {
	bg := context.Background()
	session := rt.Session("bench")
	args := snakepit.Args{"a": 1, "b": 2}
	ask, err1 := snakepit.Bind[number, int](rt, "host")
	method, err2 := snakepit.Bind[nextInt, int](rt, "method")
	callMethod := func(n int) { repeat(n, func(i int) error { return second(method(bg, nextInt{i})) }) }
	return []*row{
		{name: "go/execute_tool", of: "floor/call_int", bar: 8, f: func(n int) { repeat(n, func(int) error { return second(rt.Execute(bg, "add", args)) }) }},
		{name: "go/session_execute", of: "go/execute_tool", bar: 1.15, f: func(n int) { repeat(n, func(int) error { return second(session.Execute(bg, "add", args)) }) }},
		{name: "py/host_tool", of: "floor/call_int", bar: 6, f: func(n int) { repeat(n, func(i int) error { return second(ask(bg, number{i})) }) }},
		{name: "one/adapter_method", f: callMethod},
		{name: "par/adapter_method", of: "one/adapter_method", bar: 1.15, f: callMethod, threads: runtime.GOMAXPROCS(0), more: 3},
		{name: "stream/item", of: "floor/call_int", bar: 12, per: streamItems, f: func(n int) { repeat(n, func(int) error { return drain(rt) }) }},
	}, firstOf(err1, err2)
}

const streamItems = 100_000

func drain(rt *snakepit.Runtime) error {
	seen := 0
	for _, err := range rt.Stream(context.Background(), "numbers", snakepit.Args{"n": streamItems}) {
		if err != nil {
			return err
		}
		seen++
	}
	if seen != streamItems {
		return fmt.Errorf("%d items of %d came", seen, streamItems)
	}
	return nil
}

// sessionRows measure the store of sessions.
func sessionRows(rt *snakepit.Runtime) ([]*row, error) {
	ids := make([]string, million)
	for i := range ids {
		ids[i] = fmt.Sprintf("user-%d", i)
		if err := rt.Session(ids[i]).Err(); err != nil {
			return nil, err
		}
	}
	var start atomic.Int64
	look := func(n int) {
		at := int(start.Add(7919)) * 1299709 % million
		for range n {
			if at = (at + 514229) % million; rt.Session(ids[at]) == nil {
				panic("no session")
			}
		}
	}
	create := func(n int) {
		repeat(n, func(i int) error { return rt.Session("one-more").Close() })
	}
	return []*row{
		{name: "session/create_close", of: "", plus: 3 * time.Microsecond, f: create},
		{name: "one/session_lookup", f: look},
		{name: "par/session_lookup", of: "one/session_lookup", bar: 1.15, f: look, threads: runtime.GOMAXPROCS(0), more: 3},
	}, nil
}
