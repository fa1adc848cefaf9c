package threadprofile_test

import (
	"errors"
	"io"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/cgo"
	"github.com/gosnakepit/snakepit/embed"
)

// giveHost makes work.go_call(function, *args) call Go functions that were
// registered with package embed.
func giveHost(t testing.TB, rt *snakepit.Runtime) {
	t.Helper()
	p, err := embed.Open(ctx0, embed.Config{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.Close(ctx0)) })
	resolve, err := p.Function("resolve")
	require.NoError(t, err)
	defer resolve.Release()
	setter, err := p.OnInit(ctx0, "work:set_host", resolve, "work:set_host")
	require.NoError(t, err)
	defer setter.Release()
	_, err = embed.Ask(cgo.Call, setter, embed.Ref(p.Host()))
	require.NoError(t, err)
}

// register registers a Go function until the test ends.
func register(t testing.TB, f func(args snakepit.Tuple, kwargs map[string]any) (any, error)) uint64 {
	id := embed.Register(embed.Values(func(_ uint64, v []any) (any, error) {
		return f(v[0].(snakepit.Tuple), v[1].(map[string]any))
	}))
	t.Cleanup(func() { embed.Unregister(id) })
	return id
}

// TestCallback goes Go, Python, Go, Python and back.
func TestCallback(t *testing.T) {
	rt := open(t, 4)
	giveHost(t, rt)
	double := register(t, func(args snakepit.Tuple, kwargs map[string]any) (any, error) {
		v, err := rt.Call(ctx0, "work:inc", args[0])
		return snakepit.Tuple{v, kwargs, args}, err
	})
	v, err := rt.Call(ctx0, "work:go_call", double, 1, snakepit.Kw{"k": []any{"v"}})
	require.NoError(t, err)
	kwargs := map[string]any{"k": []any{"v"}}
	require.Equal(t, snakepit.Tuple{int64(2), kwargs, snakepit.Tuple{int64(1)}}, v)
}

// TestCallbackDepth goes in and out fifty times, one call inside the other.
func TestCallbackDepth(t *testing.T) {
	rt := open(t, 64)
	giveHost(t, rt)
	var id uint64
	id = register(t, func(args snakepit.Tuple, _ map[string]any) (any, error) {
		n := args[0].(int64)
		if n == 0 {
			return "bottom", nil
		}
		return rt.Call(ctx0, "work:go_call", id, n-1)
	})
	v, err := rt.Call(ctx0, "work:go_call", id, 50)
	require.NoError(t, err)
	require.Equal(t, "bottom", v)
}

// TestCallbackFromPythonsThreads calls Go from threads that Python made.
func TestCallbackFromPythonsThreads(t *testing.T) {
	rt := open(t, 16)
	giveHost(t, rt)
	id := register(t, func(args snakepit.Tuple, _ map[string]any) (any, error) {
		return rt.Call(ctx0, "work:inc", args[0])
	})
	v, err := rt.Call(ctx0, "work:go_call_threads", id, 8, 100)
	require.NoError(t, err)
	require.Equal(t, int64(8*100), v)
}

type special struct{ n int }

func (e *special) Error() string { return "a special error" }

// TestCallbackErrors finds the Go error again behind the exception.
func TestCallbackErrors(t *testing.T) {
	rt := open(t, 2)
	giveHost(t, rt)
	fail := register(t, func(snakepit.Tuple, map[string]any) (any, error) {
		return nil, errors.Join(&special{7}, io.ErrUnexpectedEOF)
	})
	_, err := rt.Call(ctx0, "work:go_call", fail)
	var s *special
	require.ErrorAs(t, err, &s)
	require.Equal(t, 7, s.n)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	var e *snakepit.PythonError
	require.ErrorAs(t, err, &e)
	require.Equal(t, "HostToolError", e.Type)
	require.Contains(t, e.Message, "a special error")
	_, err = rt.Call(ctx0, "work:go_call_wrapped", fail) // raise KeyError from it
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.ErrorAs(t, err, &e)
	require.Equal(t, "KeyError", e.Type)
	require.Equal(t, "caught", must(rt.Call(ctx0, "work:go_call_caught", fail)))

	unfit := register(t, func(snakepit.Tuple, map[string]any) (any, error) { return make(chan<- int), nil })
	_, err = rt.Call(ctx0, "work:go_call", unfit)
	require.ErrorContains(t, err, "chan<- int")
	_, err = rt.Call(ctx0, "work:go_call", fail, snakepit.Kw{"surrogate": true})
	require.ErrorContains(t, err, "surrogate")
	_, err = rt.Call(ctx0, "work:go_call", uint64(1)<<40)
	require.ErrorContains(t, err, "no longer registered")
}

// TestCallbackPanics makes a panic an exception.
func TestCallbackPanics(t *testing.T) {
	rt := open(t, 2)
	giveHost(t, rt)
	for name, f := range map[string]func(){
		"value": func() { panic("oops") },
		//lint:ignore SA5000 the panic is what this is about
		"nil map":     func() { (map[string]int)(nil)["a"] = 1 },
		"nil pointer": func() { (*special)(nil).n++ }, "error": func() { panic(io.ErrClosedPipe) },
	} {
		t.Run(name, func(t *testing.T) {
			id := register(t, func(snakepit.Tuple, map[string]any) (any, error) { f(); return nil, nil })
			_, err := rt.Call(ctx0, "work:go_call", id)
			var p *embed.PanicError
			require.ErrorAs(t, err, &p)
			require.NotEmpty(t, p.Stack)
			require.Equal(t, "caught", must(rt.Call(ctx0, "work:go_call_caught", id)))
		})
	}
}

// TestCallbackObjects gives a callback an object that it owns.
func TestCallbackObjects(t *testing.T) {
	rt := open(t, 2)
	giveHost(t, rt)
	before := ends(t, rt)
	id := register(t, func(args snakepit.Tuple, _ map[string]any) (any, error) {
		o := args[0].(cgo.Object)
		defer o.Release()
		return embed.Ask(cgo.GetAttr, cgo.Intern("data"), embed.Ref(o))
	})
	v, err := rt.Call(ctx0, "work:go_call_tracked", id)
	require.NoError(t, err)
	require.Len(t, v, 1<<10)
	require.Equal(t, before+1, ends(t, rt))
}

// TestCallbackMayWaitForTheCollector has a callback wait for a goroutine that makes
// Python collect garbage, for which all attached threads must stop.
func TestCallbackMayWaitForTheCollector(t *testing.T) {
	rt := open(t, 4)
	giveHost(t, rt)
	id := register(t, func(snakepit.Tuple, map[string]any) (any, error) {
		done := make(chan error)
		go func() {
			_, err := rt.Call(ctx0, "work:collect")
			done <- err
		}()
		return nil, <-done
	})
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() {
			for range 10 {
				if _, err := rt.Call(ctx0, "work:go_call", id); err != nil {
					t.Error(err)
				}
				runtime.GC()
			}
		})
	}
	all.Wait()
}
