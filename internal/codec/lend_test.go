package codec_test

import (
	"encoding/binary"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/wire"
)

func TestHeader(t *testing.T) {
	f := wire.NewFrame()
	defer f.Recycle()
	codec.PutHeader(f, 3, 2, 0x1234)
	require.Len(t, f.In, wire.HeaderSize)
	require.EqualValues(t, 3, binary.NativeEndian.Uint32(f.In))
	require.EqualValues(t, 2, binary.NativeEndian.Uint32(f.In[4:]))
	require.EqualValues(t, 0x1234, binary.NativeEndian.Uint64(f.In[8:]))
}

// TestLending compares addresses: large memory is lent, unless the frame says to
// copy, and what lies in the value itself never is.
func TestLending(t *testing.T) {
	floats, ints, int64s := make([]float64, 512), make([]int, 512), make([]int64, 512)
	text := strings.Repeat("x", 4096)
	bytes := []byte(text)
	array := [512]float64{}
	for _, c := range []struct {
		name     string
		v        any
		ref, tag wire.Tag
		p        unsafe.Pointer
		n        int
	}{
		{"floats", floats, wire.FloatsRef, wire.Floats, unsafe.Pointer(&floats[0]), 512},
		{"part", floats[:511], wire.Floats, wire.Floats, nil, 511},
		{"ints", ints, wire.IntsRef, wire.Ints, unsafe.Pointer(&ints[0]), 512},
		{"int64s", int64s, wire.IntsRef, wire.Ints, unsafe.Pointer(&int64s[0]), 512},
		{"string", text, wire.StrRef, wire.Str, unsafe.Pointer(unsafe.StringData(text)), 4096},
		{"short string", text[1:], wire.Str, wire.Str, nil, 4095},
		{"bytes", bytes, wire.BytesRef, wire.Bytes, unsafe.Pointer(&bytes[0]), 4096},
		{"array", &array, wire.Floats, wire.Floats, nil, 512},
		{"constant", constant, wire.StrRef, wire.Str, unsafe.Pointer(unsafe.StringData(constant)), len(constant)},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, copyIn := range []bool{false, true} {
				f := wire.NewFrame()
				f.CopyIn = copyIn
				require.NoError(t, codec.Encode(f, c.v, "args[0]"))
				in := f.In[wire.HeaderSize:]
				if c.p == nil || copyIn {
					require.Equal(t, c.tag, wire.Tag(in[0]))
					require.EqualValues(t, c.n, binary.NativeEndian.Uint64(in[1:]))
				} else {
					require.Equal(t, c.ref, wire.Tag(in[0]))
					require.EqualValues(t, uintptr(c.p), binary.NativeEndian.Uint64(in[1:]))
					require.EqualValues(t, c.n, binary.NativeEndian.Uint64(in[9:]))
					require.Len(t, in, 17)
				}
				f.Recycle()
			}
		})
	}
}

// constant lies in memory that is no heap.
const constant = lines + lines + lines + lines

const lines = eight + eight + eight + eight + eight + eight + eight + eight

const eight = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// TestLentMemoryStays collects garbage while the frame alone knows the memory.
func TestLentMemoryStays(t *testing.T) {
	f := wire.NewFrame()
	defer f.Recycle()
	func() {
		s := make([]float64, 1000)
		for i := range s {
			s[i] = float64(i)
		}
		require.NoError(t, codec.Encode(f, s, "args[0]"))
	}()
	for range 3 {
		runtime.GC()
		_ = make([]float64, 1000)
	}
	ret, _ := result(f)
	r := wire.NewReader(ret)
	got, err := codec.Decode(&r)
	require.NoError(t, err)
	require.Equal(t, 999.0, got.([]any)[999])
}
