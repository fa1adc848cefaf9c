package columns_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/processprofile/internal/columns"
	"github.com/gosnakepit/snakepit/proto/snakepitv1"
)

// frame returns the arguments of a call, positional ones.
func frame(t testing.TB, args ...any) *wire.Frame {
	t.Helper()
	f := wire.NewFrame()
	t.Cleanup(f.Recycle)
	codec.PutHeader(f, len(args), 0, 0)
	for _, v := range args {
		require.NoError(t, codec.Encode(f, v, "args"))
	}
	return f
}

// written returns the columns of a value.
func written(t testing.TB, v any) *snakepitv1.Data {
	t.Helper()
	var w columns.Writer
	require.NoError(t, w.Arguments(frame(t, v).In, nil))
	return crossed(t, w.Data())
}

// crossed sends a message there.
func crossed(t testing.TB, d *snakepitv1.Data) *snakepitv1.Data {
	t.Helper()
	b, err := proto.Marshal(d)
	require.NoError(t, err)
	var there snakepitv1.Data
	require.NoError(t, proto.Unmarshal(b, &there))
	return &there
}

// columnsOf makes a message of tags and what they take, each by its type: counts are
// uint32, and so on.
func columnsOf(parts ...any) *snakepitv1.Data {
	d := &snakepitv1.Data{}
	for _, p := range parts {
		switch p := p.(type) {
		case snakepitv1.Tag:
			d.Tags = append(d.Tags, byte(p))
		case uint32:
			d.Counts = append(d.Counts, p)
		case int64:
			d.Ints = append(d.Ints, p)
		case float64:
			d.Floats = append(d.Floats, p)
		case string:
			d.Texts = append(d.Texts, p)
		case []byte:
			d.Blobs = append(d.Blobs, p)
		case *snakepitv1.Tensor:
			d.Tensors = append(d.Tensors, p)
		case *snakepitv1.Arrow:
			d.Arrows = append(d.Arrows, p)
		}
	}
	return d
}
