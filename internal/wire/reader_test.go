package wire_test

import (
	"encoding/binary"
	"math"
	"strconv"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/wire"
)

// bytesOf writes tags, kinds (bytes), words (ints) and text one after another.
func bytesOf(parts ...any) (b []byte) {
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
		default:
			panic(p)
		}
	}
	return b
}

func reader(parts ...any) *wire.Reader {
	r := wire.NewReader(&wire.Ret{Tag: wire.Encoded, Buf: bytesOf(parts...), NewObject: func(h uintptr) any { return h }})
	return &r
}

func TestLoneScalars(t *testing.T) {
	for _, ret := range []wire.Ret{
		{Tag: wire.None},
		{Tag: wire.True},
		{Tag: wire.False},
		{Tag: wire.Int, Bits: 42},
		{Tag: wire.Float, Bits: math.Float64bits(0.5)},
	} {
		hasWord := ret.Tag == wire.Int || ret.Tag == wire.Float
		r := wire.NewReader(&ret)
		require.Equal(t, 1, r.Rest())
		require.Equal(t, ret.Tag, r.Peek())
		require.Equal(t, ret.Tag, r.Tag())
		if hasWord {
			w, ok := r.Word()
			require.True(t, ok)
			require.Equal(t, ret.Bits, w)
		}
		require.Zero(t, r.Rest())
		require.False(t, r.Bad())
		require.Equal(t, wire.Encoded, r.Peek())
		_, ok := r.Word()
		require.False(t, ok, "one scalar only")
		require.True(t, r.Bad())

		r = wire.NewReader(&ret)
		_, ok = r.Take(wire.Uint)
		require.False(t, ok)
		w, ok := r.Take(ret.Tag)
		require.True(t, ok)
		require.Equal(t, ret.Bits, w)
		require.Zero(t, r.Rest())

		r = wire.NewReader(&ret)
		require.True(t, r.Skip())
		require.Zero(t, r.Rest())
		require.False(t, r.Skip())
	}
}

func TestTakeReadsNothingElse(t *testing.T) {
	r := reader(wire.Int, 7, wire.Str, 2, "ab")
	_, ok := r.Take(wire.Float)
	require.False(t, ok)
	_, ok = r.TakeStr()
	require.False(t, ok)
	require.Zero(t, r.Pos())
	w, ok := r.PeekWord()
	require.True(t, ok)
	require.EqualValues(t, 7, w)
	w, ok = r.Take(wire.Int)
	require.True(t, ok)
	require.EqualValues(t, 7, w)
	here := r.Pos()
	for range 2 {
		s, ok := r.TakeStr()
		require.True(t, ok)
		require.Equal(t, "ab", string(s))
		require.Zero(t, r.Rest())
		r.Seek(here)
	}
	require.False(t, r.Bad())
}

// TestCutShort cuts each value off everywhere: nothing reads past the end.
func TestCutShort(t *testing.T) {
	for name, parts := range map[string][]any{
		"int":     {wire.Int, 1},
		"complex": {wire.Complex, 1, 2},
		"str":     {wire.Str, 2, "ab"},
		"big":     {wire.BigInt, 9, "123456789"},
		"list":    {wire.List, 2, wire.None, wire.Str, 0},
		"dict":    {wire.Dict, 1, wire.Str, 1, "a", wire.True},
		"floats":  {wire.Floats, 2, 1, 2},
		"ext":     {wire.Ext, wire.UUID, wire.Bytes, 1, "x"},
		"fields":  {wire.Fields, 2, wire.Missing, wire.None},
		"object":  {wire.Object, 1},
		"ref":     {wire.BytesRef, 0, 0},
	} {
		whole := bytesOf(parts...)
		for n := range whole {
			r := wire.NewReader(&wire.Ret{Tag: wire.Encoded, Buf: whole[:n:n], NewObject: func(uintptr) any { return nil }})
			require.False(t, r.Skip(), "%s of %d bytes", name, n)
			require.True(t, r.Bad())
		}
		r := wire.NewReader(&wire.Ret{Tag: wire.Encoded, Buf: whole, NewObject: func(uintptr) any { return nil }})
		require.True(t, r.Skip(), name)
		require.Zero(t, r.Rest(), name)
	}
}

func TestCountsBeyondTheRest(t *testing.T) {
	for _, n := range []int{3, 1 << 20, math.MaxInt64, -1} {
		for _, tag := range []wire.Tag{wire.List, wire.Tuple, wire.Dict, wire.Set, wire.Fields, wire.Str, wire.Bytes, wire.BigInt, wire.Floats, wire.Ints} {
			require.False(t, reader(tag, n, "12").Skip(), "%d of %d", tag, n)
		}
		_, ok := reader(wire.Str, n, "12").TakeStr()
		require.False(t, ok)
	}
	_, ok := reader(3, "12345").Count(2)
	require.False(t, ok, "three pairs need six bytes")
	_, ok = reader(3, "123456").Count(2)
	require.True(t, ok)
}

func TestAddresses(t *testing.T) {
	text, floats := "lent text", []float64{1, 2}
	text = string([]byte(text))
	p, q := unsafe.Pointer(unsafe.StringData(text)), unsafe.Pointer(&floats[0])
	parts := []any{wire.StrRef, int(uintptr(p)), len(text), wire.FloatsRef, int(uintptr(q)), 2}
	r := reader(parts...)
	s, ok := r.TakeStr()
	require.True(t, ok)
	require.Equal(t, p, unsafe.Pointer(&s[0]))
	require.Len(t, s, len(text))
	words, n, ok := r.Words(r.Tag())
	require.True(t, ok)
	require.Equal(t, q, words)
	require.Equal(t, 2, n)

	r = reader(parts...)
	r.Untrusted = true
	_, ok = r.TakeStr()
	require.False(t, ok)
	require.True(t, r.Bad())
	require.False(t, reader(wire.BytesRef, 0, 5).Skip(), "no address")
	require.False(t, reader(wire.IntsRef, 8, 1<<60).Skip(), "more than there can be")
}

type thing struct{ released int }

func (o *thing) Release() { o.released++ }

func TestDropAndSkip(t *testing.T) {
	var made []*thing
	start := func(parts ...any) wire.Reader {
		made = nil
		return wire.NewReader(&wire.Ret{Tag: wire.Encoded, Buf: bytesOf(parts...), NewObject: func(uintptr) any {
			made = append(made, &thing{})
			return made[len(made)-1]
		}})
	}
	released := func() (n []int) {
		for _, o := range made {
			n = append(n, o.released)
		}
		return n
	}
	parts := []any{wire.List, 3, wire.Object, 1, wire.Tuple, 1, wire.Object, 2, wire.Ext, wire.Decimal, wire.Object, 3}

	r := start(parts...)
	require.True(t, r.Skip())
	require.Equal(t, []int{1, 1, 1}, released())

	r = start(parts...)
	require.True(t, r.Pass())
	require.Empty(t, made)

	r = start(parts...)
	r.Tag()
	r.Count(1)
	r.Tag()
	o, ok := r.Object()
	require.True(t, ok)
	require.Same(t, made[0], o)
	r.Drop()
	r.Drop()
	require.Equal(t, []int{1, 1, 1}, released(), "once each, made or not")

	r = start(parts...)
	r.Borrowed = true
	r.Skip()
	r.Drop()
	require.Equal(t, []int{0, 0, 0}, released())

	r = start(wire.Object, 1, wire.Object, 2)
	_ = r.Garbled()
	r.Drop()
	require.Empty(t, made, "garbled bytes hold no handles to trust")
}

func TestDepthCount(t *testing.T) {
	r := reader(wire.None)
	for range wire.MaxDepth {
		require.True(t, r.Enter())
	}
	require.False(t, r.Enter())
	r.Leave()
	r.Leave()
	require.True(t, r.Enter())
}

func TestNames(t *testing.T) {
	r := reader(wire.None)
	same := func(a, b string) bool { return unsafe.StringData(a) == unsafe.StringData(b) }
	long := strings.Repeat("n", 33)
	r.NextDict()
	require.False(t, same(r.Name([]byte("name")), r.Name([]byte("name"))), "one dict has each key once")
	r.NextDict()
	require.True(t, same(r.Name([]byte("name")), r.Name([]byte("name"))))
	require.False(t, same(r.Name([]byte(long)), r.Name([]byte(long))))
	for _, s := range []string{"", "a", "name", "mane", "Name", "nam", long} {
		require.Equal(t, s, r.Name([]byte(s)))
	}
	for i := range 1000 {
		require.Equal(t, strconv.Itoa(i), r.Name([]byte(strconv.Itoa(i))))
	}
}
