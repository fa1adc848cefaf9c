package codec_test

import (
	"encoding/binary"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
)

var file = value.Opaque{Type: "io.TextIOWrapper", Repr: "<file>"}

// opaque is a result that holds file, alone or in a list.
func opaque(listed bool) *wire.Ret {
	var b []byte
	if listed {
		b = binary.NativeEndian.AppendUint64([]byte{byte(wire.List)}, 1)
	}
	b = append(b, byte(wire.Ext), byte(wire.Opaque), byte(wire.Tuple))
	b = binary.NativeEndian.AppendUint64(b, 2)
	for _, s := range []string{file.Type, file.Repr} {
		b = binary.NativeEndian.AppendUint64(append(b, byte(wire.Str)), uint64(len(s)))
		b = append(b, s...)
	}
	return &wire.Ret{Tag: wire.Encoded, Buf: b}
}

func TestOpaqueArrives(t *testing.T) {
	r := wire.NewReader(opaque(false))
	got, err := codec.Decode(&r)
	require.NoError(t, err)
	require.Equal(t, file, got)
	typed, err := decodeRet(t, opaque(true), reflect.TypeFor[[]value.Opaque]())
	require.NoError(t, err)
	require.Equal(t, []value.Opaque{file}, typed.Interface())
	short := opaque(false)
	short.Buf = short.Buf[:len(short.Buf)-1]
	r = wire.NewReader(short)
	_, err = codec.Decode(&r)
	require.ErrorIs(t, err, wire.ErrGarbled)
}

func TestOpaqueIsNothingElse(t *testing.T) {
	for _, typ := range []reflect.Type{
		reflect.TypeFor[[]int](), reflect.TypeFor[[]string](), reflect.TypeFor[[]struct{ A int }](), reflect.TypeFor[[]*object](),
	} {
		_, err := decodeRet(t, opaque(true), typ)
		require.ErrorContains(t, err, "got io.TextIOWrapper, which cannot leave its process", "%v", typ)
	}
}

func TestOpaqueStays(t *testing.T) {
	f := wire.NewFrame()
	defer f.Recycle()
	err := codec.Encode(f, []any{file}, "args[0]")
	require.EqualError(t, err, "snakepit: args[0][0]: want a value that can travel to Python, "+
		"got an Opaque: the io.TextIOWrapper itself stayed in its process")
	var back []value.Opaque
	require.NoError(t, codec.Convert([]any{file}, reflect.ValueOf(&back).Elem()))
	require.Equal(t, []value.Opaque{file}, back)
}
