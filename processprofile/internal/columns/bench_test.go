package columns_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/processprofile/internal/columns"
	pb "github.com/gosnakepit/snakepit/proto/snakepitv1"
)

func mixed(n int) []any {
	items := make([]any, n)
	for i := range items {
		items[i] = []any{i, "text", float64(i), nil, i%2 == 0}[i%5]
	}
	return items
}

func BenchmarkWriter(b *testing.B) {
	for name, args := range map[string][]any{
		"scalars": {"hi", 3}, "mixed10k": {mixed(10_000)}, "floats1M": {make([]float64, 1_000_000)},
	} {
		b.Run(name, func(b *testing.B) {
			f := frame(b, args...)
			var w columns.Writer
			b.ReportAllocs()
			for b.Loop() {
				w.Reset()
				if w.Arguments(f.In, nil) != nil {
					b.Fail()
				}
			}
		})
	}
}

func BenchmarkReader(b *testing.B) {
	for name, v := range map[string]any{
		"int": 3, "dict": map[string]any{"text": "hi", "n": 3}, "mixed10k": mixed(10_000), "floats1M": make([]float64, 1_000_000),
	} {
		b.Run(name, func(b *testing.B) {
			d := written(b, v)
			f := wire.NewFrame()
			defer f.Recycle()
			var r columns.Reader
			b.ReportAllocs()
			for b.Loop() {
				if r.Result(d, f) != nil {
					b.Fail()
				}
				f.Again()
			}
		})
	}
}

// TestAllocs counts what a call with few arguments takes from the heap: nothing.
func TestAllocs(t *testing.T) {
	f := frame(t, "hi", 3, map[string]any{"k": []any{1.5}})
	var w columns.Writer
	var r columns.Reader
	data := columnsOf(pb.Tag_LIST, uint32(2), pb.Tag_STR, "hi", pb.Tag_INT, int64(3))
	out := wire.NewFrame()
	defer out.Recycle()
	require.Zero(t, testing.AllocsPerRun(100, func() {
		w.Reset()
		if w.Arguments(f.In, nil) != nil || r.Result(data, out) != nil {
			t.Fail()
		}
		out.Again()
	}))
}
