package main

import (
	"context"
	_ "embed"
	"fmt"
	"runtime"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/policy"
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

// guarded is the pool of go/execute_tool_policies.
const guarded = "policies"

var policies = policy.Policy{Retry: policy.Retry{Attempts: 3}, Breaker: policy.Breaker{Failures: 5}}

func toolRows(rt *snakepit.Runtime) ([]*row, error) {
	bg := context.Background()
	session := rt.Session("bench")
	args := snakepit.Args{"a": 1, "b": 2}
	ask, err1 := snakepit.Bind[number, int](rt, "host")
	method, err2 := snakepit.Bind[nextInt, int](rt, "method")
	callMethod := func(n int) { repeat(n, func(i int) error { return second(method(bg, nextInt{i})) }) }
	pool := rt.Pool(guarded)
	return []*row{
		{name: "go/execute_tool", of: "floor/call_int", bar: 8, f: func(n int) { repeat(n, func(int) error { return second(rt.Execute(bg, "add", args)) }) }},
		{name: "go/execute_tool_policies", of: "go/execute_tool", bar: 1.25, f: func(n int) { repeat(n, func(int) error { return second(pool.Execute(bg, "add", args)) }) }},
		{name: "go/session_execute", of: "go/execute_tool", bar: 1.15, f: func(n int) { repeat(n, func(int) error { return second(session.Execute(bg, "add", args)) }) }},
		{name: "py/host_tool", of: "floor/call_int", bar: 6, f: func(n int) { repeat(n, func(i int) error { return second(ask(bg, number{i})) }) }},
		{name: "one/adapter_method", f: callMethod},
		{name: "par/adapter_method", of: "one/adapter_method", bar: 1.15, f: callMethod, threads: runtime.GOMAXPROCS(0), more: 3},
		{name: "stream/item", of: "floor/call_int", bar: 12, per: streamItems, f: func(n int) { repeat(n, func(int) error { return drain(rt, streamItems) }) }},
	}, firstOf(err1, err2)
}

const streamItems = 100_000

// drain reads a stream of n items.
func drain(rt *snakepit.Runtime, n int) error {
	seen := 0
	for _, err := range rt.Stream(context.Background(), "numbers", snakepit.Args{"n": n}) {
		if err != nil {
			return err
		}
		seen++
	}
	if seen != n {
		return fmt.Errorf("%d items of %d came", seen, n)
	}
	return nil
}
