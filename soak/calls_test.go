package soak_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/tool"
)

type (
	scaleIn struct {
		X  float64 `py:"x"`
		Y  float64 `py:"y"`
		By float64 `py:"by"`
	}
	point struct {
		X float64 `py:"x"`
		Y float64 `py:"y"`
	}
	number struct {
		N int `py:"n"`
	}
)

var calls = []deed{
	{"a tool", 20, addition("add")},
	{"a coroutine", 5, addition("add_later")},
	{"a bound call", 20, func(p *place) error {
		n := rand.Int()
		got, err := p.inc(ctx0, n/2)
		return wanted(got == n/2+1, got, err)
	}},
	{"a bound call with a struct", 10, func(p *place) error {
		got, err := p.scale(ctx0, scaleIn{1, 2, 3})
		return wanted(got == point{3, 6}, got, err)
	}},
	{"values", 10, echo},
	{"a text", 2, largeText},
	{"a call that may be run again", 5, runAgain},
	{"an object", 5, object},
	{"a Go tool", 5, ask("ask")},
	{"a Go tool of a coroutine", 3, ask("ask_later")},
	{"a Go tool of a thread", 1, ask("ask_in_thread")},
	{"Python, Go and Python again", 5, func(p *place) error {
		got, err := p.pool.Execute(ctx0, "ask", snakepit.Args{"name": "again", "args": map[string]any{"n": 1}})
		return wanted(got == int64(2), got, err)
	}},
}

func addition(name string) func(*place) error {
	return func(p *place) error {
		n := rand.IntN(1000)
		got, err := p.pool.Execute(ctx0, name, snakepit.Args{"a": n, "b": 1})
		return wanted(got == int64(n+1), got, err)
	}
}

func echo(p *place) error {
	n := rand.Int64()
	give := map[string]any{
		"list": []any{n, "text", 2.5, nil, true}, "tuple": snakepit.Tuple{n}, "bytes": []byte("bytes"),
		"numbers": []any{1.5, 2.5}, "set": snakepit.Set{"a"}, "inner": map[string]any{"n": n},
	}
	got, err := p.pool.Call(ctx0, "soakload:echo", give)
	return wanted(reflect.DeepEqual(got, give), got, err)
}

// largeText is copied, or lent by Python until Go has copied it.
func largeText(p *place) error {
	data := make([]byte, 20_000<<rand.IntN(3))
	got, err := p.pool.Call(ctx0, "soakload:echo", data)
	back, _ := got.([]byte)
	return wanted(len(back) == len(data), len(back), err)
}

// runAgain never hears of a worker that is lost.
func runAgain(p *place) error {
	got, err := p.pool.With(snakepit.Idempotent()).Execute(ctx0, "add", snakepit.Args{"a": 1, "b": 2})
	var lost *snakepit.WorkerCrashError
	if errors.As(err, &lost) {
		return fmt.Errorf("a call that may be run again was lost: %s", err)
	}
	return wanted(got == int64(3), got, err)
}

// object gets an object, and gives it up or forgets it.
func object(p *place) error {
	got, err := p.pool.Call(ctx0, "soakload:tracked")
	o, ok := got.(*snakepit.Object)
	if !ok {
		_, ok = got.(*snakepit.Opaque)
		if !ok {
			_, ok = got.(snakepit.Opaque)
		}
		return wanted(ok, got, err)
	}
	if rand.IntN(4) > 0 {
		defer o.Release()
	}
	data, err := o.Attr(ctx0, "data")
	back, _ := data.([]byte)
	return wanted(len(back) == 1<<10, data, err)
}

var errProvoked = errors.New("provoked")

// goTools are what Python calls.
func goTools() []tool.Tool {
	return []tool.Tool{
		tool.New("next", "", func(ctx context.Context, in number) (int, error) { return in.N + 1, nil }),
		tool.New("fails", "", func(context.Context, struct{}) (int, error) { return 0, fmt.Errorf("wrapped: %w", errProvoked) }),
		tool.New("panics", "", func(context.Context, struct{}) (int, error) { panic("provoked") }),
		tool.New("waits", "", func(ctx context.Context, _ struct{}) (int, error) { <-ctx.Done(); return 0, ctx.Err() }),
	}
}

// again is a Go tool that calls Python, on the worker that it was called from if that is of
// the first pool.
func again(rt *snakepit.Runtime) tool.Tool {
	return tool.New("again", "", func(ctx context.Context, in number) (any, error) { return rt.Call(ctx, "soakload:inc", in.N) })
}

func ask(how string) func(*place) error {
	return func(p *place) error {
		n := rand.IntN(1000)
		got, err := p.pool.Execute(ctx0, how, snakepit.Args{"name": "next", "args": map[string]any{"n": n}})
		return wanted(got == int64(n+1), got, err)
	}
}
