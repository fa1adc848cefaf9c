package codec_test

import (
	"encoding/binary"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/wire"
)

// object stands for a Python object that is lent and handed out.
type object struct {
	handle   uintptr
	lent     int
	released int
	err      error
}

func (o *object) Lend() (uintptr, error) {
	if o.err != nil {
		return 0, o.err
	}
	o.lent++
	return o.handle, nil
}

func (o *object) Return()  { o.lent-- }
func (o *object) Release() { o.released++ }

// heap makes objects of handles and remembers them.
type heap []*object

func (h *heap) object(handle uintptr) any {
	o := &object{handle: handle}
	*h = append(*h, o)
	return o
}

func (h *heap) live() (n int) {
	for _, o := range *h {
		n += 1 - o.released
	}
	return n
}

// encoded returns v as a result that Python might have sent.
func encoded(t testing.TB, v any, copyIn bool) (*wire.Ret, *heap) {
	t.Helper()
	f := wire.NewFrame()
	t.Cleanup(f.Recycle)
	f.CopyIn = copyIn
	require.NoError(t, codec.Encode(f, v, "args[0]"))
	return result(f)
}

func result(f *wire.Frame) (*wire.Ret, *heap) {
	h := &heap{}
	return &wire.Ret{Tag: wire.Encoded, Buf: f.In[wire.HeaderSize:], NewObject: h.object}, h
}

// dynamic sends v there and back without a type.
func dynamic(t testing.TB, v any, copyIn bool) any {
	t.Helper()
	ret, _ := encoded(t, v, copyIn)
	r := wire.NewReader(ret)
	got, err := codec.Decode(&r)
	require.NoError(t, err)
	require.Zero(t, r.Rest(), "bytes left over")
	return got
}

// decodeAs sends v into a new value of a type.
func decodeAs(t testing.TB, v any, typ reflect.Type) (reflect.Value, error) {
	t.Helper()
	ret, _ := encoded(t, v, false)
	return decodeRet(t, ret, typ)
}

func decodeRet(t testing.TB, ret *wire.Ret, typ reflect.Type) (reflect.Value, error) {
	t.Helper()
	dec, err := codec.PlanDecode(typ)
	require.NoError(t, err)
	out := reflect.New(typ)
	err = codec.DecodeRet(dec, ret, out.UnsafePointer())
	return out.Elem(), err
}

// wireBytes writes tags, kinds, words (int) and raw text one after another.
func wireBytes(parts ...any) (b []byte) {
	for _, p := range parts {
		switch p := p.(type) {
		case wire.Tag:
			b = append(b, byte(p))
		case wire.Kind:
			b = append(b, byte(p))
		case int:
			b = binary.NativeEndian.AppendUint64(b, uint64(p))
		case string:
			b = append(b, p...)
		}
	}
	return b
}
