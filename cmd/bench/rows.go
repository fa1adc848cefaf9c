package main

import (
	"context"
	_ "embed"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/cgo"
	"github.com/gosnakepit/snakepit/embed"
)

//go:embed benchmod.py
var benchModule []byte

// five is the struct of go/bind_struct.
type five struct {
	A int
	B float64
	C string
	D bool
	E int
}

const (
	mebibyte = 1 << 20
	million  = 1_000_000
)

// stop holds what is to be called when all is measured.
var stop []func()

func allRows(rt *snakepit.Runtime) ([]*row, error) {
	floors, err := floorRows()
	if err != nil {
		return nil, err
	}
	calls, err := callRows(rt)
	if err != nil {
		return nil, err
	}
	bulk, err := bulkRows(rt)
	if err != nil {
		return nil, err
	}
	parallel, err := parallelRows(rt)
	if err != nil {
		return nil, err
	}
	tools, err := toolRows(rt)
	if err != nil {
		return nil, err
	}
	rows := slices.Concat(floors, calls, bulk, parallel, tools)
	return append(rows, &row{name: "open/python"}, &row{name: "open/cold", of: "open/python", plus: 60 * time.Millisecond}), err
}

// callee returns a function of benchmod for the floors, which live in C.
func callee(p *embed.Interpreter, name string) (cgo.Object, error) {
	resolve, err := p.Function("resolve")
	if err != nil {
		return 0, err
	}
	defer resolve.Release()
	return p.OnInit(context.Background(), "benchmod:"+name, resolve, "benchmod:"+name)
}

func floorRows() ([]*row, error) {
	p, err := embed.Open(context.Background(), embed.Config{})
	if err != nil {
		return nil, err
	}
	inc, err1 := callee(p, "inc")
	dict5, err2 := callee(p, "dict5")
	echo, err3 := callee(p, "echo")
	if err := firstOf(err1, err2, err3); err != nil {
		return nil, err
	}
	keys := cgo.Keys([]string{"a", "b", "c", "d", "e"})
	return []*row{
		{name: "floor/call_int", f: func(n int) { must(cgo.FloorCallInt(inc, n)) }},
		{name: "floor/call_dict5", f: func(n int) { must(cgo.FloorCallDict5(dict5, keys, n)) }},
		{name: "floor/memcpy_2MiB", f: func(n int) { must(cgo.FloorMemcpy(2*mebibyte, n)) }},
		{name: "floor/list_f64_1M", f: func(n int) { must(cgo.FloorListF64(echo, million, n)) }},
	}, nil
}

func callRows(rt *snakepit.Runtime) ([]*row, error) {
	bg := context.Background()
	cancellable, cancel := context.WithCancel(bg)
	stop = append(stop, cancel)
	inc, err1 := snakepit.Bind[int, int](rt, "benchmod:inc")
	dict5, err2 := snakepit.Bind[five, five](rt, "benchmod:dict5")
	made, err3 := rt.Call(bg, "benchmod:Counter")
	if err := firstOf(err1, err2, err3); err != nil {
		return nil, err
	}
	counter := made.(*snakepit.Object)
	return []*row{
		{name: "go/bind_int", of: "floor/call_int", bar: 3, f: func(n int) { repeat(n, func(i int) error { return second(inc(bg, i)) }) }},
		{name: "go/bind_int_cancellable", of: "go/bind_int", plus: time.Microsecond, f: func(n int) { repeat(n, func(i int) error { return second(inc(cancellable, i)) }) }},
		{name: "go/call_dynamic_int", of: "floor/call_int", bar: 5, f: func(n int) { repeat(n, func(i int) error { return second(rt.Call(bg, "benchmod:inc", i)) }) }},
		{name: "go/bind_struct", of: "floor/call_dict5", bar: 3, f: func(n int) {
			repeat(n, func(i int) error { return second(dict5(bg, five{i, 1.5, "a short text", true, 7})) })
		}},
		{name: "go/object_method", of: "floor/call_int", bar: 3, f: func(n int) { repeat(n, func(i int) error { return second(counter.Call(bg, "inc", i)) }) }},
	}, nil
}

func bulkRows(rt *snakepit.Runtime) ([]*row, error) {
	bg := context.Background()
	bytes, err1 := snakepit.BindInto[[]byte, []byte](rt, "benchmod:echo")
	list, err2 := snakepit.BindInto[[]float64, []float64](rt, "benchmod:echo")
	data, numbers := make([]byte, mebibyte), make([]float64, million)
	dataBack, numbersBack := make([]byte, mebibyte), make([]float64, million)
	return []*row{
		{name: "go/bytes_1MiB", of: "floor/memcpy_2MiB", bar: 2.2, f: func(n int) { repeat(n, func(int) error { return bytes(bg, data, &dataBack) }) }},
		{name: "go/list_f64_1M", of: "floor/list_f64_1M", bar: 2.5, f: func(n int) { repeat(n, func(int) error { return list(bg, numbers, &numbersBack) }) }},
	}, firstOf(err1, err2)
}

func parallelRows(rt *snakepit.Runtime) ([]*row, error) {
	bg := context.Background()
	fib, err1 := snakepit.Bind[int, int](rt, "benchmod:fib")
	inc, err2 := snakepit.Bind[int, int](rt, "benchmod:inc")
	callFib := func(n int) { repeat(n, func(int) error { return second(fib(bg, 20)) }) }
	callInc := func(n int) { repeat(n, func(i int) error { return second(inc(bg, i)) }) }
	cores := runtime.GOMAXPROCS(0)
	return []*row{
		{name: "one/fib", f: callFib},
		{name: "par/fib", of: "one/fib", bar: 1.05, f: callFib, threads: cores, more: 3},
		{name: "one/bind_int", f: callInc},
		{name: "par/bind_int", of: "one/bind_int", bar: 1.15, f: callInc, threads: cores, more: 3},
	}, firstOf(err1, err2)
}

func repeat(n int, f func(i int) error) {
	for i := range n {
		must(f(i))
	}
}

func second[T any](_ T, err error) error { return err }

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func must(err error) {
	if err != nil {
		panic(fmt.Sprintf("%+v", err))
	}
}
