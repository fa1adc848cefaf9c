package profiletest

import (
	"context"
	"iter"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/telemetry"
	"github.com/gosnakepit/snakepit/tool"
	"github.com/gosnakepit/snakepit/zerocopy"
)

// texts gives texts of these lengths.
func texts(lengths ...int) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, n := range lengths {
			if !yield(strings.Repeat("x", n)) {
				return
			}
		}
	}
}

// until ranges over a stream up to its error.
func until(stream iter.Seq2[any, error]) (items []any, err error) {
	for item, err := range stream {
		if err != nil {
			return items, err
		}
		items = append(items, item)
	}
	return items, nil
}

// strictStreams has streams end at the item that would be copied.
func (s *suite) strictStreams(t *testing.T) {
	rt := s.open(t, "face:Face", snakepit.PoolConfig{Workers: 1})
	strict := rt.With(snakepit.RequireZeroCopy())
	for _, tool := range []string{"double", "double_later"} {
		items, err := until(strict.Stream(t.Context(), tool, snakepit.Args{"numbers": texts(1, 3000, 1)}))
		requireCopied(t, err, "an item", 6000)
		require.Equal(t, []any{"xx"}, items, "those before it are there")
		_, err = until(strict.Stream(t.Context(), tool, snakepit.Args{"numbers": texts(1, 5000)}))
		requireCopied(t, err, "an item", 5000)
		_, err = until(rt.Stream(t.Context(), tool, snakepit.Args{"numbers": texts(5000)}))
		require.NoError(t, err, "without the option")
	}
	_, err := until(strict.Stream(t.Context(), "iterator", snakepit.Args{"items": list{strings.Repeat("x", 5000)}}))
	requireCopied(t, err, "the arguments", 5000)
	var typed error
	for _, err := range snakepit.StreamOf[string](t.Context(), strict, "double", snakepit.Args{"numbers": texts(3000)}) {
		typed = err
	}
	requireCopied(t, typed, "an item", 6000)
	_, err = rt.Call(t.Context(), "builtins:list", texts(5000), snakepit.RequireZeroCopy())
	requireCopied(t, err, "an item", 5000)

	tensor, _ := large(t)
	defer tensor.Release()
	items, err := until(strict.Stream(t.Context(), "iterator", snakepit.Args{"items": list{tensor, tensor}}))
	require.NoError(t, err)
	for _, item := range items {
		require.Equal(t, tensor.Data(), item.(*zerocopy.Tensor).Data())
		item.(*zerocopy.Tensor).Release()
	}
	mixed, err := until(strict.Stream(t.Context(), "iterator", snakepit.Args{"items": list{tensor, list{tensor, strings.Repeat("x", 4000), strings.Repeat("y", 4000)}}}))
	require.NoError(t, err, "texts of less than 4 KiB each")
	mixed[0].(*zerocopy.Tensor).Release()
	mixed[1].(list)[0].(*zerocopy.Tensor).Release()
}

func requireCopied(t *testing.T, err error, where string, n int) {
	t.Helper()
	var copied *snakepit.CopyError
	require.ErrorAs(t, err, &copied)
	require.Equal(t, where, copied.Where)
	require.Equal(t, n, copied.Bytes)
}

// hearer collects transfers.
type hearer struct {
	mu    sync.Mutex
	heard []telemetry.Transfer
	ctx   context.Context
}

func (h *hearer) hear(ctx context.Context, e telemetry.Transfer) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.heard, h.ctx = append(h.heard, e), ctx
}

func (h *hearer) all() []telemetry.Transfer {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.heard)
}

type heardKey struct{}

// transfers compares the events with what was moved.
func (s *suite) transfers(t *testing.T) {
	var h hearer
	rt, err := snakepit.Open(t.Context(), snakepit.Config{
		Pools:  []snakepit.PoolConfig{{Name: "p", Profile: s.maker("face:Face", s.folder), Workers: 1}},
		Logger: slog.New(slog.DiscardHandler), Observer: telemetry.Observer{Transfer: h.hear},
		Tools: []tool.Tool{tool.New("pad", "", func(_ context.Context, in struct{ Text string }) (string, error) {
			return in.Text + strings.Repeat("x", 1000), nil
		})},
	})
	require.NoError(t, err)
	defer func() { require.NoError(t, rt.Close()) }()
	tensor, _ := large(t)
	defer tensor.Release()
	ctx := context.WithValue(t.Context(), heardKey{}, "this call")

	execute(t, rt, "add", snakepit.Args{"a": 1})
	_, err = rt.Call(ctx, "memory:address", tensor)
	require.NoError(t, err)
	require.Equal(t, "this call", h.ctx.Value(heardKey{}))
	_, err = rt.Session("s").Call(t.Context(), "copy:copy", make([]byte, 8<<10))
	require.NoError(t, err)
	execute(t, rt, "ask", snakepit.Args{"name": "pad", "args": map[string]any{"text": strings.Repeat("y", 7000)}})
	_, err = until(rt.Stream(t.Context(), "double", snakepit.Args{"numbers": texts(1, 5000, 6000)}))
	require.NoError(t, err)
	want := []telemetry.Transfer{
		{Target: "memory:address", LentIn: 8 << 10},
		{Target: "copy:copy", Session: "s", CopiedIn: 8 << 10, CopiedOut: 8 << 10},
		{Target: "pad", CopiedIn: 8000, CopiedOut: 7000},
		{Target: "ask", CopiedIn: 7000, CopiedOut: 8000},
		{Target: "double", CopiedIn: 5000},
		{Target: "double", CopiedIn: 6000},
		{Target: "double", CopiedOut: 22_000},
	}
	var sum telemetry.Transfer
	for i := range want {
		want[i].Pool = "p"
		sum.CopiedIn, sum.CopiedOut = sum.CopiedIn+want[i].CopiedIn, sum.CopiedOut+want[i].CopiedOut
	}
	harness.Eventually(t, "the stream's end is heard of", func() bool { return len(h.all()) >= len(want) })
	require.Equal(t, want, h.all(), "and nothing of the call that moved nothing")
	require.Equal(t, uint64(sum.CopiedIn), rt.Stats().ZeroCopy.CopiedIn)
	require.Equal(t, uint64(sum.CopiedOut), rt.Stats().ZeroCopy.CopiedOut)
}
