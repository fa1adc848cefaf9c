package codec_test

import (
	"reflect"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
)

func TestEncodeAllocs(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	n, big := 5, make([]float64, 1000)
	f := wire.NewFrame()
	defer f.Recycle()
	for _, v := range []any{
		nil, true, 1 << 40, 2.5, "text", []byte("bytes"), int8(3), myInt(4), &n, (*int)(nil), &flatValue,
		[]any{1, "x", 2.5},
		map[string]any{"a": 1},
		map[string]int{"a": 1},
		[]string{"a"},
		[]int{1, 2},
		big, &[3]float64{},
		value.Tuple{1, 2},
		time.Second, time.Now().UTC(), &node{Next: &node{}},
	} {
		require.NoError(t, codec.Encode(f, v, "")) // the plan is made
		got := testing.AllocsPerRun(100, func() {
			f.Reset()
			_ = codec.Encode(f, v, "args[0]")
		})
		require.Zero(t, got, "%T", v)
	}
}

// allocs counts what a value costs each way, kept on the stack on both.
func allocs[T any](t *testing.T, v T) (enc, dec float64) {
	t.Helper()
	e, d := plans[T](t)
	f := wire.NewFrame()
	defer f.Recycle()
	enc = testing.AllocsPerRun(100, func() {
		f.Reset()
		f.CopyIn = true
		in := v
		_ = codec.EncodeAt(e, f, unsafe.Pointer(&in), "args[0]")
	})
	ret, _ := result(f)
	dec = testing.AllocsPerRun(100, func() {
		var out T
		if err := codec.DecodeRet(d, ret, unsafe.Pointer(&out)); err != nil {
			t.Fatal(err)
		}
	})
	return enc, dec
}

func TestTypedAllocs(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	for name, c := range map[string]struct {
		run  func() (float64, float64)
		want float64 // to decode; encoding costs none
	}{
		"int":    {func() (float64, float64) { return allocs(t, 5) }, 0},
		"named":  {func() (float64, float64) { return allocs(t, myInt(5)) }, 0},
		"bool":   {func() (float64, float64) { return allocs(t, true) }, 0},
		"float":  {func() (float64, float64) { return allocs(t, 1.5) }, 0},
		"string": {func() (float64, float64) { return allocs(t, "some text") }, 1},
		"bytes":  {func() (float64, float64) { return allocs(t, []byte("some text")) }, 1},
		"struct": {func() (float64, float64) { return allocs(t, flatValue) }, 1},
		"points": {func() (float64, float64) { return allocs(t, struct{ A, B point }{}) }, 0},
		"floats": {func() (float64, float64) { return allocs(t, make([]float64, 1000)) }, 1},
		"ints":   {func() (float64, float64) { return allocs(t, []int{1, 2, 3}) }, 1},
		"array":  {func() (float64, float64) { return allocs(t, [4]float32{}) }, 0},
		"time":   {func() (float64, float64) { return allocs(t, time.Unix(0, 0).UTC()) }, 0},
		"delta":  {func() (float64, float64) { return allocs(t, time.Hour) }, 0},
	} {
		enc, dec := c.run()
		require.Zero(t, enc, "encode %s", name)
		require.Equal(t, c.want, dec, "decode %s", name)
	}
}

func TestBoxedNumbersShareBlocks(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	ret, _ := encoded(t, make([]float64, 2560), true)
	got := testing.AllocsPerRun(10, func() {
		r := wire.NewReader(ret)
		_, _ = codec.Decode(&r)
	})
	require.LessOrEqual(t, got, 12.0, "ten blocks, the slice and its header")
	require.Equal(t, reflect.TypeFor[float64](), reflect.TypeOf(dynamic(t, make([]float64, 9), true).([]any)[8]))
}
