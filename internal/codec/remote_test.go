package codec_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/zerocopy"
)

// borrowed is a tensor with an origin, and how often it was released.
func borrowed(t *testing.T, origin uintptr) *zerocopy.Tensor {
	t.Helper()
	data := []float32{1, 2, 3, 4}
	base, err := zerocopy.FromSlice(data)
	require.NoError(t, err)
	x, err := zerocopy.FromPointer(zerocopy.Foreign{
		Data: base.Data(), DType: zerocopy.Float32, Shape: []int{2, 2},
		Device: zerocopy.Device{Type: zerocopy.CPU}, Origin: origin, Release: base.Release,
	})
	require.NoError(t, err)
	t.Cleanup(x.Release)
	return x
}

// TestOrigins has tensors of this process's Python, of another one and of nobody go to
// either: only to its own Python is one the object that it was made of.
func TestOrigins(t *testing.T) {
	for _, c := range []struct {
		name   string
		origin uintptr
		remote bool
		tag    wire.Tag
		object uint64
	}{
		{"own", 4096, false, wire.Object, 4096},
		{"own elsewhere", 4096, true, wire.Tensor, 0},
		{"another's", 77, false, wire.Tensor, 0},
		{"another's, there", 77, true, wire.Tensor, 77},
		{"nobody's", 0, false, wire.Tensor, 0},
		{"nobody's, elsewhere", 0, true, wire.Tensor, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := zerocopy.Live()
			x := borrowed(t, c.origin)
			f := wire.NewFrame()
			f.Remote = c.remote
			require.NoError(t, codec.Encode(f, x, "args[0]"))
			ret, _ := result(f)
			r := wire.NewReader(ret)
			require.Equal(t, c.tag, r.Tag())
			if c.tag == wire.Object {
				object, _ := r.Word()
				require.Equal(t, c.object, object)
			} else {
				requireDescribed(t, &r, x, c.object)
			}
			f.Recycle()
			x.Release()
			require.Equal(t, before, zerocopy.Live())
		})
	}
}

func requireDescribed(t *testing.T, r *wire.Reader, x *zerocopy.Tensor, object uint64) {
	h, dims, ok := r.Tensor()
	require.True(t, ok)
	require.Equal(t, object, h.Object)
	require.Equal(t, uint64(x.Data()), h.Data)
	require.NotZero(t, h.Owner)
	require.Equal(t, []int{2, 2, 2, 1}, dims)
}

// TestHandlesStay refuses objects of this process in calls to another, wherever they are.
func TestHandlesStay(t *testing.T) {
	o := &object{handle: 11}
	f := wire.NewFrame()
	f.Remote = true
	for _, v := range []any{o, []any{1, o}, holder{Obj: o}, map[string]any{"k": o}} {
		err := codec.Encode(f, v, "args[0]")
		require.ErrorContains(t, err, "a value that can go to another process")
	}
	require.ErrorContains(t, codec.PutLent(f, o), "another process")
	require.NoError(t, codec.Encode(f, holder{}, "args[0]"), "nil is None")
	f.Recycle()
	require.Zero(t, o.lent)
	again := wire.NewFrame()
	defer again.Recycle()
	require.False(t, again.Remote, "the next call is not")
}

// TestReleases gives views of both kinds back to whoever has them.
func TestReleases(t *testing.T) {
	var here, there []uintptr
	before, beforeRemote := wire.ReleaseView, wire.ReleaseRemoteView
	t.Cleanup(func() { wire.ReleaseView, wire.ReleaseRemoteView = before, beforeRemote })
	wire.ReleaseView = func(view uintptr) { here = append(here, view) }
	wire.ReleaseRemoteView = func(view uintptr) { there = append(there, view) }
	x := borrowed(t, 0)
	for _, owner := range []uint64{4096, 77} {
		h := wire.TensorHead{Owner: owner, Object: owner, Data: uint64(x.Data()), Code: 2, Bits: 32, Lanes: 1, DeviceType: 1}
		buf := wire.AppendTensor(nil, &h, []int{4}, []int{1})
		for _, read := range []func(*wire.Reader){
			func(r *wire.Reader) {
				v, err := codec.Decode(r)
				require.NoError(t, err)
				v.(*zerocopy.Tensor).Release()
			},
			func(r *wire.Reader) { r.Drop() },
		} {
			r := wire.NewReader(&wire.Ret{Tag: wire.Encoded, Buf: buf})
			read(&r)
		}
	}
	require.Equal(t, []uintptr{4096, 4096}, here)
	require.Equal(t, []uintptr{77, 77}, there)
}
