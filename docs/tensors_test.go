package docs_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/telemetry"
	"github.com/gosnakepit/snakepit/zerocopy"
)

// TestTensorsOfSlices lends memory of Go's.
func TestTensorsOfSlices(t *testing.T) {
	rt, ctx := open(t, "arrays:Arrays", snakepit.Config{}), t.Context()

	pixels := []float32{1, 2, 3, 6}
	image, err := zerocopy.FromSlice(pixels, 2, 2)
	require.NoError(t, err)
	defer image.Release()
	_, err = rt.Execute(ctx, "normalize", snakepit.Args{"image": image})
	require.NoError(t, err)
	require.Equal(t, []float32{-2, -1, 0, 3}, pixels)

	input, err := zerocopy.New[float32](3, 224, 224)
	require.NoError(t, err)
	defer input.Release()
	data, err := zerocopy.Slice[float32](input)
	require.NoError(t, err)
	data[0] = 1
}

// TestTensorResults borrows memory of Python's.
func TestTensorResults(t *testing.T) {
	rt, ctx := open(t, "arrays:Arrays", snakepit.Config{}), t.Context()

	v, err := rt.Execute(ctx, "embed", snakepit.Args{"text": "hello"})
	require.NoError(t, err)
	embedding := v.(*zerocopy.Tensor)
	defer embedding.Release()
	numbers, err := zerocopy.Slice[float32](embedding)
	require.NoError(t, err)
	require.Equal(t, float32(5), numbers[767])

	raw, err := snakepit.Bind[struct{ N int }, *zerocopy.Tensor](rt, "raw")
	require.NoError(t, err)
	b, err := raw(ctx, struct{ N int }{1 << 20})
	require.NoError(t, err)
	defer b.Release()
	require.Equal(t, 1<<20, b.NBytes())
}

type scoreIn struct {
	Features  *zerocopy.Tensor
	Threshold float64
}

type scoreOut struct {
	Scores float64
	Above  *zerocopy.Tensor
}

// TestTensorsInStructs binds them.
func TestTensorsInStructs(t *testing.T) {
	rt, ctx := open(t, "arrays:Arrays", snakepit.Config{}), t.Context()
	features, err := zerocopy.FromSlice([]float64{1, 2, 2})
	require.NoError(t, err)
	defer features.Release()

	score, err := snakepit.Bind[scoreIn, scoreOut](rt.With(snakepit.RequireZeroCopy()), "score")
	require.NoError(t, err)
	out, err := score(ctx, scoreIn{features, 1.5})
	require.NoError(t, err)
	defer out.Above.Release()
	require.Equal(t, 9.0, out.Scores)
	first, err := out.Above.At(0)
	require.NoError(t, err)
	require.Equal(t, false, first)
}

// TestTransfers hears of what a call copies.
func TestTransfers(t *testing.T) {
	moved := make(chan string, 1)
	rt := open(t, "arrays:Arrays", snakepit.Config{Observer: telemetry.Observer{
		Transfer: func(_ context.Context, e telemetry.Transfer) {
			moved <- fmt.Sprintf("%s copied %d bytes to Go", e.Target, e.CopiedOut)
		},
	}})
	_, err := rt.Execute(t.Context(), "raw", snakepit.Args{"n": 8192})
	require.NoError(t, err)
	require.Equal(t, "raw copied 8192 bytes to Go", <-moved)
}

// TestTensorTraffic counts.
func TestTensorTraffic(t *testing.T) {
	rt, ctx := open(t, "arrays:Arrays", snakepit.Config{}), t.Context()
	_, err := rt.With(snakepit.RequireZeroCopy()).Execute(ctx, "raw", snakepit.Args{"n": 8192})
	require.ErrorIs(t, err, snakepit.ErrCopied)
	require.Equal(t, uint64(8192), rt.Stats().ZeroCopy.CopiedOut)
}
