package profiletest

import (
	"context"
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
)

// acceptance is the list of what a host of Python adapters must do at the least, which
// the original Snakepit does not: the end of the first part of the specification. Sleeps
// side by side and a probe beside a loop are in parallel, deadlines in deadline.
func (s *suite) acceptance(t *testing.T) {
	s.adapter = "face:Face"
	t.Run("RoundTrips", s.acceptRoundTrips)
	t.Run("Arrays", s.acceptArrays)
	t.Run("ErrorsCount", s.acceptErrorsCount)
	t.Run("PoolsOwnAdapters", s.acceptPoolsOwnAdapters)
	t.Run("LostWorker", s.acceptLostWorker)
}

// acceptRoundTrips passes values to a tool, from there to a Go tool, and back.
func (s *suite) acceptRoundTrips(t *testing.T) {
	session := s.withTools(t, 1).Session("caller")
	require.Equal(t, "caller", execute(t, session, "who", nil).(map[string]any)["session"])
	for _, v := range []any{
		int64(7), nil, []byte("\x00\xff"),
		snakepit.Tuple{int64(1), "a"},
		int64(1<<60 + 1), math.NaN(),
		new(big.Int).Lsh(big.NewInt(1), 100), "text",
		[]any{"a", []any{}},
		map[string]any{"k": nil},
	} {
		requireSame(t, v, execute(t, session, "ask", snakepit.Args{"name": "echo", "args": map[string]any{"v": v}}))
	}
}

// acceptArrays passes an array to Go and back: it is the same memory.
func (s *suite) acceptArrays(t *testing.T) {
	s.importable(t, "numpy as np")
	s.exec(t, "made = np.arange(1000.0)")
	array := s.object(t, "made")
	same := s.eval(t, "array.ctypes.data == made.ctypes.data and array is made", snakepit.Kw{"array": array})
	require.Equal(t, true, same)
}

func (s *suite) acceptErrorsCount(t *testing.T) {
	rt := s.face(t, 1)
	before := calls(rt).Errors
	for range 3 {
		_, err := rt.Execute(t.Context(), "ask", snakepit.Args{"name": "absent", "args": map[string]any{}})
		require.Error(t, err)
	}
	require.Equal(t, before+3, calls(rt).Errors)
}

// acceptPoolsOwnAdapters streams and calls in pools that have different adapters, the
// first one none.
func (s *suite) acceptPoolsOwnAdapters(t *testing.T) {
	rt, err := snakepit.Open(ctx0, snakepit.Config{Pools: []snakepit.PoolConfig{
		{Name: "none", Profile: s.maker("", s.folder), Workers: 1},
		{Name: "face", Profile: s.maker("face:Face", s.folder), Workers: 1},
		{Name: "module", Profile: s.maker("tools_module", s.folder), Workers: 1},
	}})
	require.NoError(t, err)
	defer func() { require.NoError(t, rt.Close()) }()
	require.Equal(t, counted(5), collect(t, rt.Pool("face").Stream(t.Context(), "numbers", snakepit.Args{"n": 5})))
	require.Equal(t, "HI!", execute(t, rt.Pool("module"), "shout", snakepit.Args{"text": "hi"}))
	require.Equal(t, "pong", execute(t, rt.Session("s").Pool("face"), "ping", nil))
}

// acceptLostWorker kills a worker: the program lives, and the next calls are answered.
func (s *suite) acceptLostWorker(t *testing.T) {
	rt := s.face(t, 2)
	if rt.Stats().Pools[snakepit.DefaultPool].Python.Profile == "thread" {
		t.Skip("a worker that is no process cannot be killed alone")
	}
	_, err := rt.Call(context.Background(), "os:_exit", 9)
	require.Error(t, err)
	for range 20 {
		require.Equal(t, "pong", execute(t, rt, "ping", nil))
	}
}
