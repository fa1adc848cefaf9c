package codec_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/wire"
)

type flat struct {
	ID     int
	Score  float64
	Active bool
	Name   string
	Count  int32
}

var flatValue = flat{ID: 7, Score: 0.5, Active: true, Name: "a name of some length", Count: 3}

func BenchmarkEncodeAny(b *testing.B) {
	for name, v := range map[string]any{
		"int": 12345, "float64": 1.5, "string": "hello", "bool": true,
		"[]any": []any{1, 2.5, "x", nil}, "map": map[string]any{"a": 1, "b": "x"},
		"struct": flatValue, "struct ptr": &flatValue, "int8": int8(3),
	} {
		b.Run(name, func(b *testing.B) {
			f := wire.NewFrame()
			defer f.Recycle()
			b.ReportAllocs()
			for b.Loop() {
				f.In = f.In[:wire.HeaderSize]
				if err := codec.Encode(f, v, "args[0]"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func plans[T any](b testing.TB) (codec.EncodeFunc, codec.DecodeFunc) {
	enc, err := codec.PlanEncode(reflect.TypeFor[T]())
	if err != nil {
		b.Fatal(err)
	}
	dec, err := codec.PlanDecode(reflect.TypeFor[T]())
	if err != nil {
		b.Fatal(err)
	}
	return enc, dec
}

func BenchmarkPlanInt(b *testing.B) {
	enc, dec := plans[int](b)
	f := wire.NewFrame()
	defer f.Recycle()
	b.Run("encode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			f.In = f.In[:wire.HeaderSize]
			v := 12345
			_ = codec.EncodeAt(enc, f, unsafe.Pointer(&v), "args[0]")
		}
	})
	b.Run("decode", func(b *testing.B) {
		b.ReportAllocs()
		ret := wire.Ret{Tag: wire.Int, Bits: 12345}
		for b.Loop() {
			var v int
			if err := codec.DecodeRet(dec, &ret, unsafe.Pointer(&v)); err != nil || v != 12345 {
				b.Fatal(err, v)
			}
		}
	})
}

func BenchmarkStruct(b *testing.B) {
	plan, _, err := codec.PlanStruct(reflect.TypeFor[flat]())
	if err != nil {
		b.Fatal(err)
	}
	f := wire.NewFrame()
	defer f.Recycle()
	b.Run("keywords", func(b *testing.B) {
		f := wire.NewFrame()
		defer f.Recycle()
		b.ReportAllocs()
		for b.Loop() {
			v := flatValue
			f.In = f.In[:wire.HeaderSize]
			if err := plan.EncodeKeywords(f, unsafe.Pointer(&v)); err != nil {
				b.Fatal(err)
			}
		}
	})
	_ = plan.EncodeKeywords(f, unsafe.Pointer(&flatValue))
	fields := []byte{byte(wire.Fields), 5, 0, 0, 0, 0, 0, 0, 0}
	ret := wire.Ret{Tag: wire.Encoded, Buf: append(fields, f.In[wire.HeaderSize:]...)}
	b.Run("fields", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var v flat
			if err := codec.DecodeRet(plan.DecodeFields, &ret, unsafe.Pointer(&v)); err != nil || v.ID != 7 {
				b.Fatal(err)
			}
		}
	})
	f.In = f.In[:wire.HeaderSize]
	_ = codec.Encode(f, flatValue, "")
	ret.Buf = append([]byte(nil), f.In[wire.HeaderSize:]...)
	b.Run("dict", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var v flat
			if err := codec.DecodeRet(plan.DecodeFields, &ret, unsafe.Pointer(&v)); err != nil || v.ID != 7 {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkBulk(b *testing.B) {
	for _, n := range []int{64, 128, 256, 512, 1024, 1 << 20} {
		s := make([]float64, n)
		for _, copyIn := range []bool{false, true} {
			b.Run(fmt.Sprintf("encode/%d/copy=%t", n, copyIn), func(b *testing.B) {
				f := wire.NewFrame()
				defer f.Recycle()
				f.In = make([]byte, wire.HeaderSize, 8*n+64)
				for b.Loop() {
					f.Reset()
					f.CopyIn = copyIn
					if n > 4096 && copyIn {
						f.In = slices.Grow(f.In[:wire.HeaderSize], 8*n+64)
					}
					_ = codec.Encode(f, s, "")
				}
			})
		}
	}
	for _, n := range []int{4 << 10, 16 << 10, 64 << 10} {
		s := strings.Repeat("x", n)
		for _, copyIn := range []bool{false, true} {
			b.Run(fmt.Sprintf("string/%d/copy=%t", n, copyIn), func(b *testing.B) {
				f := wire.NewFrame()
				defer f.Recycle()
				f.In = make([]byte, wire.HeaderSize, n+64)
				for b.Loop() {
					if f.Reset(); cap(f.In) < n {
						f.In = make([]byte, wire.HeaderSize, n+64)
					}
					f.CopyIn = copyIn
					_ = codec.Encode(f, s, "")
				}
			})
		}
	}
}

func BenchmarkDecodeMillion(b *testing.B) {
	ret, _ := encoded(b, make([]float64, 1<<20), true)
	_, typed := plans[[]float64](b)
	b.Run("typed", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var out []float64
			if err := codec.DecodeRet(typed, ret, unsafe.Pointer(&out)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("dynamic", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			r := wire.NewReader(ret)
			if _, err := codec.Decode(&r); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("ints into float32s", func(b *testing.B) {
		ret, _ := encoded(b, make([]int, 1<<20), true)
		_, dec := plans[[]float32](b)
		b.ReportAllocs()
		for b.Loop() {
			var out []float32
			if err := codec.DecodeRet(dec, ret, unsafe.Pointer(&out)); err != nil {
				b.Fatal(err)
			}
		}
	})
	rows := make([]any, 1000)
	for i := range rows {
		rows[i] = map[string]any{"id": i, "name": "row", "score": 0.5, "tags": []any{"a", "b"}}
	}
	b.Run("rows", func(b *testing.B) {
		ret, _ := encoded(b, rows, true)
		b.ReportAllocs()
		for b.Loop() {
			r := wire.NewReader(ret)
			if _, err := codec.Decode(&r); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("bytes 1MiB", func(b *testing.B) {
		ret, _ := encoded(b, make([]byte, 1<<20), true)
		_, dec := plans[[]byte](b)
		b.ReportAllocs()
		for b.Loop() {
			var out []byte
			if err := codec.DecodeRet(dec, ret, unsafe.Pointer(&out)); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkTime(b *testing.B) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		b.Skip(err)
	}
	for _, loc := range []*time.Location{time.UTC, berlin} {
		enc, dec := plans[time.Time](b)
		at := time.Now().In(loc)
		f := wire.NewFrame()
		defer f.Recycle()
		b.Run("encode/"+loc.String(), func(b *testing.B) {
			for b.Loop() {
				f.Reset()
				_ = codec.EncodeAt(enc, f, unsafe.Pointer(&at), "")
			}
		})
		ret, _ := encoded(b, at, true)
		b.Run("decode/"+loc.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var out time.Time
				_ = codec.DecodeRet(dec, ret, unsafe.Pointer(&out))
			}
		})
	}
}
