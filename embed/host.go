package embed

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/gosnakepit/snakepit/cgo"
	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/goerror"
	"github.com/gosnakepit/snakepit/internal/wire"
)

// GoFunc is a Go function that Python may call. It reads n values from r, drops what it
// does not read, and appends one to f.In. caller is the Caller of the frame of the call that Python made it from,
// 0 if there is none.
//
// It runs detached from Python, on the thread of the call, and may call Python again.
// An error or a panic becomes an exception. It must not end its goroutine
// (runtime.Goexit, t.FailNow): the call it came from would never return.
type GoFunc func(caller uint64, r *wire.Reader, n int, f *wire.Frame) error

// functions holds what Python may call. A number never returns; reading takes no lock.
var functions struct {
	sync.Mutex
	all atomic.Pointer[[]GoFunc]
}

// Register makes f callable from Python through call(number, *values) of
// [Interpreter.Host] under the number it returns, until Unregister.
func Register(f GoFunc) uint64 {
	functions.Lock()
	defer functions.Unlock()
	var all []GoFunc
	if old := functions.all.Load(); old != nil {
		all = slices.Clone(*old)
	}
	all = append(all, f)
	functions.all.Store(&all)
	return uint64(len(all))
}

// Unregister makes a number unknown; calls in progress go on.
func Unregister(id uint64) {
	functions.Lock()
	defer functions.Unlock()
	if id == 0 {
		return
	}
	all := slices.Clone(*functions.all.Load())
	all[id-1] = nil
	functions.all.Store(&all)
}

func find(id uint64) GoFunc {
	if all := functions.all.Load(); all != nil && id-1 < uint64(len(*all)) {
		return (*all)[id-1]
	}
	return nil
}

// Values makes a GoFunc of a function of plain values. Objects among them are
// cgo.Object, owned by the function.
func Values(do func(caller uint64, values []any) (any, error)) GoFunc {
	return func(caller uint64, r *wire.Reader, n int, f *wire.Frame) error {
		values := make([]any, n)
		for i := range values {
			var err error
			if values[i], err = codec.Decode(r); err != nil {
				r.Drop()
				return err
			}
		}
		v, err := do(caller, values)
		if err != nil {
			return err
		}
		return codec.Encode(f, v, "result")
	}
}

// answer is what cgo calls for every call from Python.
func answer(id, caller uint64, f *wire.Frame) (failed bool) {
	mark := len(f.In)
	f.Ret.NewObject = func(h uintptr) any { return cgo.Object(h) }
	r := f.Result()
	err := invoke(id, caller, r, f)
	if err == nil {
		return false
	}
	f.In = f.In[:mark]
	_ = codec.Encode(f, goerror.Keep(err), "error")
	return true
}

func invoke(id, caller uint64, r *wire.Reader, f *wire.Frame) (err error) {
	defer goerror.Recover(&err)
	n, ok := r.Take(wire.Tuple)
	if !ok {
		return r.Garbled()
	}
	do := find(id)
	if do == nil {
		r.Drop()
		return fmt.Errorf("snakepit: Go function %d is no longer registered", id)
	}
	return do(caller, r, int(n), f)
}

// PanicError is a panic of a Go function that Python called.
type PanicError = goerror.PanicError
