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
	_, err = rt.Execute(ctx, "keep", snakepit.Args{"a": input})
	require.NoError(t, err)

	input.Release()
	first, err := rt.Execute(ctx, "kept_first", nil)
	require.NoError(t, err)
	require.Equal(t, 1.0, first)
}

// TestTensorOfDevice lends memory that only looks like a GPU's.
func TestTensorOfDevice(t *testing.T) {
	rt, ctx := open(t, "arrays:Arrays", snakepit.Config{}), t.Context()
	var streams []uintptr
	released := make(chan bool)
	pointer, free := uintptr(4096), func() { close(released) }
	waitFor := func(stream uintptr) error {
		streams = append(streams, stream)
		return nil
	}

	weights, err := zerocopy.FromPointer(zerocopy.Foreign{
		Data: pointer, DType: zerocopy.Float32, Shape: []int{1024, 1024},
		Device:      zerocopy.Device{Type: zerocopy.CUDA, ID: 0},
		Synchronize: waitFor, // a stream, by its handle
		Release:     free,
	})
	require.NoError(t, err)
	defer weights.Release()
	where, err := rt.Execute(ctx, "where", snakepit.Args{"weights": weights})
	require.NoError(t, err)
	require.Equal(t, snakepit.Tuple{int64(2), int64(0)}, where)

	require.Equal(t, []uintptr{7}, streams)
	weights.Release()
	<-released // once Python's object is gone, too
}

// TestPlainValues copies.
func TestPlainValues(t *testing.T) {
	rt, ctx := open(t, "arrays:Arrays", snakepit.Config{}), t.Context()

	mean, err := snakepit.Bind[struct{ Values []float64 }, float64](rt, "mean")
	require.NoError(t, err)
	m, err := mean(ctx, struct{ Values []float64 }{[]float64{1, 2, 6}})
	require.NoError(t, err)
	require.Equal(t, 3.0, m)
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
