package codec_test

import (
	"encoding/binary"
	"math"
	"math/big"
	"reflect"
	"runtime"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
)

// fuzzTypes are the types that arbitrary bytes are read as.
var fuzzTypes = []reflect.Type{
	reflect.TypeFor[any](), reflect.TypeFor[outer](), reflect.TypeFor[node](), reflect.TypeFor[holder](),
	reflect.TypeFor[[]int8](), reflect.TypeFor[[]float64](), reflect.TypeFor[map[any]any](), reflect.TypeFor[map[string][]string](),
	reflect.TypeFor[[3]any](), reflect.TypeFor[value.Dict](), reflect.TypeFor[value.Tuple](), reflect.TypeFor[time.Time](),
	reflect.TypeFor[time.Duration](), reflect.TypeFor[big.Int](), reflect.TypeFor[[]value.TimeDelta](), reflect.TypeFor[uuid.UUID](),
	reflect.TypeFor[float32](), reflect.TypeFor[complex128](), reflect.TypeFor[[16]byte](), reflect.TypeFor[*string](),
}

// FuzzReader reads arbitrary bytes as each type: no panic, no hang, no more
// memory than the bytes can stand for, no object left over.
func FuzzReader(f *testing.F) {
	for _, v := range []any{
		nil, 1, "text",
		[]any{1, 2.5, &object{}},
		value.Dict{{Key: "a", Value: 1}, {Key: 2, Value: &object{}}},
		outer{},
		node{Next: &node{}, Kids: []node{{}}},
		bigInt("-0x10000000000000000"), time.Unix(0, 0).UTC(), time.Hour,
		value.TimeDelta{Days: 999999},
		uuid.UUID{},
		make([]float64, 10),
		value.FrozenSet{value.Tuple{1i}},
		[]byte("x"),
	} {
		ret, _ := encoded(f, v, true)
		f.Add(ret.Buf)
		f.Add(append([]byte{byte(wire.Fields), 1, 0, 0, 0, 0, 0, 0, 0}, ret.Buf...))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for _, typ := range fuzzTypes {
			readAnything(t, data, typ)
		}
		runtime.ReadMemStats(&after)
		grown := after.TotalAlloc - before.TotalAlloc
		require.Less(t, grown, uint64(len(fuzzTypes)*(64<<10+500*len(data))), "memory taken for %d bytes", len(data))
	})
}

func readAnything(t *testing.T, data []byte, typ reflect.Type) {
	dec, err := codec.PlanDecode(typ)
	require.NoError(t, err)
	h := &heap{}
	r := wire.NewReader(&wire.Ret{Tag: wire.Encoded, Buf: data, NewObject: h.object})
	r.Untrusted = true
	out := reflect.New(typ)
	if err = dec(&r, out.UnsafePointer()); err != nil {
		r.Drop()
		require.Zero(t, h.live(), "%v: %v", typ, err)
	}
}

// FuzzRoundTrip makes a value of bytes and sends it there and back, lent and
// copied, without a type and, where it has one of its own, with it.
func FuzzRoundTrip(f *testing.F) {
	for i := range 24 {
		f.Add([]byte{byte(i), 7, byte(i), 3, byte(2 * i), 200, 1, 2, 3, 4, 5, 6, 7, 8, byte(i), 1, 0, byte(3 * i), 255, 128})
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		g := &generator{data: data}
		in, want := g.value(0)
		require.Equal(t, want, dynamic(t, in, false))
		require.Equal(t, want, dynamic(t, in, true))
		if want == nil {
			return
		}
		got, err := decodeAs(t, want, reflect.TypeOf(want))
		require.NoError(t, err)
		require.Equal(t, want, got.Interface())
	})
}

// generator makes values of bytes.
type generator struct{ data []byte }

func (g *generator) byte() (b byte) {
	if len(g.data) > 0 {
		b, g.data = g.data[0], g.data[1:]
	}
	return b
}

func (g *generator) word() uint64 {
	var b [8]byte
	for i := range b {
		b[i] = g.byte()
	}
	return binary.LittleEndian.Uint64(b[:])
}

func (g *generator) text() string {
	n := min(int(g.byte()), len(g.data))
	s := string(g.data[:n])
	g.data = g.data[n:]
	if !utf8.ValidString(s) {
		return string([]rune(s)) // the bad bytes become U+FFFD
	}
	return s
}

// value returns a value and what it arrives as.
func (g *generator) value(depth int) (in, want any) {
	if kind := g.byte() % 24; kind < 18 || depth > 20 || len(g.data) == 0 {
		return g.scalar(kind)
	} else {
		return g.container(kind, depth)
	}
}

func (g *generator) scalar(kind byte) (in, want any) {
	switch kind {
	case 0:
		return nil, nil
	case 1:
		return true, true
	case 2:
		v := int64(g.word())
		return v, v
	case 3:
		v := int16(g.word())
		return v, int64(v)
	case 4:
		return same(bigOrInt(new(big.Int).SetUint64(g.word())))
	case 5:
		x := new(big.Int).SetBytes([]byte(g.text()))
		if g.byte()%2 == 1 {
			x.Neg(x)
		}
		return x, bigOrInt(x)
	case 6:
		v := math.Float64frombits(g.word())
		if math.IsNaN(v) {
			v = 0.5
		}
		return v, v
	case 7:
		s := g.text()
		return s, s
	case 8:
		b := []byte(g.text())
		return b, b
	case 9:
		d := time.Duration(int64(g.word()) / 1000 * 1000)
		return d, d
	case 10:
		return same(value.Date{Year: 1 + int(g.byte()), Month: time.Month(1 + g.byte()%12), Day: 1 + int(g.byte()%28)})
	case 11:
		return same(value.Decimal(g.text()))
	case 12:
		return same(uuid.UUID{g.byte(), 1, g.byte()})
	case 13:
		at := time.UnixMicro(int64(g.word()>>16) - 1<<46).UTC()
		return at, at
	case 14:
		n := int(g.byte())
		v, list := numbers(n)
		if n == 0 {
			list = []any{}
		}
		return v, list
	case 15:
		return same(complex(float64(g.byte()), -float64(g.byte())))
	case 16:
		return same(value.TimeDelta{Days: 200000 + int64(g.byte()), Seconds: int64(g.byte()), Microseconds: int64(g.byte())})
	}
	return same(value.TimeOfDay{Hour: int(g.byte() % 24), Aware: true, Offset: time.Duration(g.byte()) * time.Second})
}

func same(v any) (any, any) { return v, v }

func bigOrInt(x *big.Int) any {
	if x.IsInt64() {
		return x.Int64()
	}
	return x
}

func (g *generator) container(kind byte, depth int) (in, want any) {
	n := int(g.byte() % 8)
	ins, wants := make([]any, n), make([]any, n)
	if kind == 21 || kind == 22 {
		return g.dict(n, depth, kind == 22)
	}
	if kind == 20 {
		for i := range ins {
			ins[i], wants[i] = g.key()
		}
		return value.Set(ins), value.Set(wants)
	}
	for i := range ins {
		ins[i], wants[i] = g.value(depth + 1)
	}
	switch kind {
	case 18:
		return value.Tuple(ins), value.Tuple(wants)
	case 19:
		if n >= 2 {
			return struct {
				First  any
				Second *any `py:"2nd"`
			}{ins[0], &ins[1]}, map[string]any{"first": wants[0], "2nd": wants[1]}
		}
	}
	return ins, wants
}

func (g *generator) key() (in, want any) {
	switch g.byte() % 4 {
	case 0:
		return same(int64(g.byte()))
	case 1:
		s := g.text()
		return [1]string{s}, value.Tuple{s}
	}
	return same(g.text())
}

func (g *generator) dict(n, depth int, mixed bool) (in, want any) {
	d, e, m := value.Dict{}, value.Dict{}, map[string]any{}
	for range n {
		k, kw := any(g.text()), any(nil)
		kw = k
		if mixed {
			k, kw = g.key()
		}
		v, vw := g.value(depth + 1)
		if s, ok := kw.(string); ok {
			if _, twice := m[s]; twice {
				continue
			}
			m[s] = vw
		}
		d, e = append(d, value.Item{Key: k, Value: v}), append(e, value.Item{Key: kw, Value: vw})
	}
	if len(m) == len(d) {
		return d, m
	}
	return d, e
}
