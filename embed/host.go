package embed

import (
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"github.com/gosnakepit/snakepit/cgo"
	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
)

// GoFunc is a Go function that Python may call. It runs detached from Python, on
// the thread of the call; it may call Python again. An error or a panic becomes an
// exception. It must not end its goroutine (runtime.Goexit, t.FailNow): the call it
// came from would never return.
//
// A call that it makes through a pool waits for a slot of its own: where all slots
// of that pool are taken by calls that wait for Go, it waits until its time is up.
type GoFunc func(args value.Tuple, kwargs map[string]any) (any, error)

// functions holds what Python may call, by a number that never returns.
var (
	functions sync.Map // uint64 → GoFunc
	lastID    atomic.Uint64
)

// Register makes f callable from Python through the function [Interpreter.Host]
// under the number it returns, until Unregister.
func Register(f GoFunc) uint64 {
	id := lastID.Add(1)
	functions.Store(id, f)
	return id
}

// Unregister makes a number unknown; calls in progress go on.
func Unregister(id uint64) { functions.Delete(id) }

// answer is what cgo calls for every call from Python.
func answer(id uint64, args *wire.Ret, f *wire.Frame) (failed bool) {
	v, err := invoke(id, args)
	if err == nil {
		mark := len(f.In)
		if err = codec.Encode(f, v, "result"); err == nil {
			return false
		}
		f.In = f.In[:mark]
	}
	_ = codec.Encode(f, value.Tuple{err.Error(), keepError(err)}, "error")
	return true
}

func invoke(id uint64, args *wire.Ret) (v any, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &PanicError{Value: p, Stack: debug.Stack()}
		}
	}()
	args.NewObject = func(h uintptr) any { return cgo.Object(h) }
	r := wire.NewReader(args)
	decoded, err := codec.Decode(&r)
	if err != nil {
		return nil, err
	}
	f, ok := functions.Load(id)
	if !ok {
		return nil, fmt.Errorf("snakepit: Go function %d is no longer registered", id)
	}
	pair := decoded.(value.Tuple)
	kwargs, _ := pair[1].(map[string]any)
	return f.(GoFunc)(pair[0].(value.Tuple), kwargs)
}

// PanicError is a panic of a Go function that Python called.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic in Go: %v\n%s", e.Value, e.Stack) }
