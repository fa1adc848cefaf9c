package columns_test

import (
	"bytes"
	"math/big"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/processprofile/internal/columns"
	pb "github.com/gosnakepit/snakepit/proto/snakepitv1"
)

func seeds(f *testing.F) {
	for _, v := range []any{
		nil, 1, 2.5, "text",
		[]byte("x"),
		[]any{1, []any{"a", nil, true}, value.Tuple{}},
		value.Dict{{Key: "a", Value: 1}, {Key: value.Tuple{2}, Value: value.Set{1i}}},
		new(big.Int).Lsh(big.NewInt(1), 99),
		make([]float64, 9), make([]int64, 600),
		time.Unix(0, 0).UTC(),
		[]any{time.Hour, value.Decimal("1"), value.Date{Year: 1, Month: 1, Day: 1}},
	} {
		add(f, written(f, v))
	}
	add(f, columnsOf(pb.Tag_FIELDS, uint32(2), pb.Tag_MISSING, pb.Tag_OPAQUE, "a", "b"))
	add(f, columnsOf(pb.Tag_LIST, uint32(1), pb.Tag_TENSOR, &pb.Tensor{Shape: []int64{2, 3}}))
}

func add(f *testing.F, d *pb.Data) {
	b, err := proto.Marshal(d)
	require.NoError(f, err)
	f.Add(b)
}

// FuzzReader reads what no child should send: no panic, no hang, no more memory than the
// message can stand for, and what is accepted can be decoded or is refused politely.
func FuzzReader(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, message []byte) {
		var d pb.Data
		if proto.Unmarshal(message, &d) != nil {
			return
		}
		views(t)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		r := columns.Reader{Borrowing: &borrowing{data: new([6]float32)}}
		_, _ = r.Decode(&d)
		runtime.ReadMemStats(&after)
		require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(64<<10+500*len(message)))
	})
}

// FuzzWriter writes what was read, and reads it again: it is the same.
func FuzzWriter(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, message []byte) {
		var d pb.Data
		var r columns.Reader
		f := wire.NewFrame()
		defer f.Recycle()
		if proto.Unmarshal(message, &d) != nil || r.Result(&d, f) != nil || f.Ret.Tag != wire.Encoded {
			return
		}
		first := bytes.Clone(f.Ret.Buf)
		var w columns.Writer
		if w.Value(first, "value") != nil {
			return // it holds what comes from Python only
		}
		var again wire.Ret
		there := crossed(t, w.Data())
		require.NoError(t, r.Read(there, nil, &again))
		if !lends(&d) {
			require.Equal(t, first, again.Buf)
		}
		reader := wire.NewReader(&again)
		_, _ = codec.Decode(&reader)
		runtime.KeepAlive(there)
	})
}

// lends reports whether something in a message is long enough to be read where it is: by
// its address, which is another one each time.
func lends(d *pb.Data) bool {
	long := 8*max(len(d.Ints), len(d.Floats)) >= wire.Bulk
	for _, s := range d.Texts {
		long = long || len(s) >= wire.Bulk
	}
	for _, b := range d.Blobs {
		long = long || len(b) >= wire.Bulk
	}
	return long
}
