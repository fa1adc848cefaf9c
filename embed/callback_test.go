package embed_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/cgo"
	"github.com/gosnakepit/snakepit/embed"
	"github.com/gosnakepit/snakepit/internal/value"
)

// TestThreadOfPythonCallsGo has a thread that Python started call a Go function,
// which calls Python through the runtime, and the result comes all the way back.
func TestThreadOfPythonCallsGo(t *testing.T) {
	rt := opened(t)
	p, err := embed.Open(ctx0, embed.Config{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.Close(ctx0)) })
	id := embed.Register(embed.Values(func(_ uint64, v []any) (any, error) {
		return rt.Call(ctx0, "math:factorial", v[0].(value.Tuple)[0])
	}))
	t.Cleanup(func() { embed.Unregister(id) })
	resolve, err := p.Function("resolve")
	require.NoError(t, err)
	defer resolve.Release()
	probe, err := p.OnInit(ctx0, "probe:call_go_in_thread", resolve, "probe:call_go_in_thread")
	require.NoError(t, err)
	defer probe.Release()
	v, err := embed.Ask(cgo.Call, probe, embed.Ref(p.Host()), id, 10)
	require.NoError(t, err)
	require.Equal(t, int64(3628800), v)
}
