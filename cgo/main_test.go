package cgo_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/cgo"
	"github.com/gosnakepit/snakepit/embed"
	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

// start runs Python, which package embed does.
func start(t testing.TB) *embed.Interpreter {
	t.Helper()
	harness.Python(t)
	dir, err := os.Getwd()
	require.NoError(t, err)
	p, err := embed.Open(context.Background(), embed.Config{Path: []string{dir + "/testdata"}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.Close(context.Background())) })
	return p
}

// function returns a function of testdata/work.py.
func function(t testing.TB, p *embed.Interpreter, name string) cgo.Object {
	t.Helper()
	resolve, err := p.Function("resolve")
	require.NoError(t, err)
	defer resolve.Release()
	o, err := p.OnInit(context.Background(), "cgowork:"+name, resolve, "cgowork:"+name)
	require.NoError(t, err)
	t.Cleanup(o.Release)
	return o
}

// args encodes positional arguments.
func args(t testing.TB, values ...any) *wire.Frame {
	t.Helper()
	f := wire.NewFrame()
	codec.PutHeader(f, len(values), 0, 0)
	for i, v := range values {
		require.NoError(t, codec.Encode(f, v, fmt.Sprintf("args[%d]", i)))
	}
	return f
}

// call runs an operation and decodes what comes out.
func call(t testing.TB, op cgo.Op, target cgo.Object, f *wire.Frame, keys cgo.Object) (any, error) {
	t.Helper()
	defer f.Recycle()
	if err := cgo.Do(op, target, f, keys).Err(f, nil); err != nil {
		return nil, err
	}
	f.Ret.NewObject = func(h uintptr) any { return cgo.Object(h) }
	return codec.Decode(f.Result())
}
