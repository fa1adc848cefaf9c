package interp_test

import (
	"context"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/embed"
	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/interp"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

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

func resolve(t testing.TB, p *embed.Interpreter, target string) *interp.Func {
	t.Helper()
	f, err := interp.Resolve(context.Background(), p, target, interp.Names{})
	require.NoError(t, err)
	t.Cleanup(f.Release)
	return f
}

// run calls a function with positional arguments; objects in the result are *interp.Object.
func run(t testing.TB, fn *interp.Func, values ...any) (any, error) {
	t.Helper()
	f := wire.NewFrame()
	defer f.Recycle()
	codec.PutHeader(f, len(values), 0, 0)
	for _, v := range values {
		if err := codec.Encode(f, v, "args"); err != nil {
			return nil, err
		}
	}
	f.Ret.NewObject = func(h uintptr) any { return interp.NewObject(h) }
	if err := fn.Run(f); err != nil {
		return nil, err
	}
	return codec.Decode(f.Result())
}
