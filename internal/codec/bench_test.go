package codec_test

import (
	"reflect"
	"testing"
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
	b.Run("keywords", func(b *testing.B) {
		f := wire.NewFrame()
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
