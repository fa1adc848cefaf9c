package codec_test

import (
	"math/big"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/google/uuid"

	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
)

type Base struct {
	ID     int
	Hidden string `py:"-"`
}

type Extra struct {
	Note string
	ID   string // Base's is no further out, but outer's is
}

type outer struct {
	Base
	*Extra
	ID       string `py:"id"`
	HTTPPort uint16 `py:",omitempty"`
	Named    point  `py:"point"`
	secret   int
	Opt      *float64
	List     []int          `py:"list,omitempty"`
	Map      map[string]int `py:"map,omitempty"`
	At       time.Time      `py:",omitempty"`
	Flag     bool           `py:",omitempty"`
}

func plan[T any](t testing.TB) *codec.StructPlan {
	t.Helper()
	s, ok, err := codec.PlanStruct(reflect.TypeFor[T]())
	require.NoError(t, err)
	require.True(t, ok)
	return s
}

// keywords returns what EncodeKeywords wrote, "missing" for what it left out.
func keywords(t testing.TB, s *codec.StructPlan, p unsafe.Pointer) (list []any) {
	t.Helper()
	f := wire.NewFrame()
	defer f.Recycle()
	require.NoError(t, s.EncodeKeywords(f, p))
	ret, _ := result(f)
	r := wire.NewReader(ret)
	for r.Rest() > 0 {
		if r.Peek() == wire.Missing {
			r.Tag()
			list = append(list, "missing")
			continue
		}
		v, err := codec.Decode(&r)
		require.NoError(t, err)
		list = append(list, v)
	}
	return list
}

func TestStructNames(t *testing.T) {
	require.Equal(t, []string{"note", "id", "http_port", "point", "opt", "list", "map", "at", "flag"}, plan[outer](t).Names)
	require.Equal(t, []string{"http_port", "user_id", "x", "ab", "foo_bar", "ids2", "v2_name", "über_all", "json", "my_url"},
		plan[struct{ HTTPPort, UserID, X, AB, Foo_Bar, Ids2, V2Name, ÜberAll, JSON, MyURL int }](t).Names) //nolint:revive // the names are the test
}

func TestStructKeywords(t *testing.T) {
	s := plan[*outer](t)
	v := outer{ID: "x", secret: 1}
	m := "missing"
	require.Equal(t, []any{m, "x", m, map[string]any{"x": int64(0), "y_pos": int64(0)}, nil, m, m, m, m}, keywords(t, s, unsafe.Pointer(&v)))

	v = outer{ID: "x", List: []int{}, Map: map[string]int{}}
	require.Equal(t, []any{m, "x", m, map[string]any{"x": int64(0), "y_pos": int64(0)}, nil, m, m, m, m}, keywords(t, s, unsafe.Pointer(&v)))

	v = outer{Extra: &Extra{Note: "n"}, HTTPPort: 80, Opt: new(float64), List: []int{1}, Map: map[string]int{"a": 1}, At: time.Unix(0, 0).UTC(), Flag: true}
	require.Equal(t, []any{
		"n", "", int64(80),
		map[string]any{"x": int64(0), "y_pos": int64(0)},
		0.0,
		[]any{int64(1)},
		map[string]any{"a": int64(1)},
		time.Unix(0, 0).UTC(), true,
	}, keywords(t, s, unsafe.Pointer(&v)))
	require.Equal(t, map[string]any{
		"note": "n", "id": "", "http_port": int64(80), "point": map[string]any{"x": int64(0), "y_pos": int64(0)}, "opt": 0.0,
		"list": []any{int64(1)}, "map": map[string]any{"a": int64(1)}, "at": time.Unix(0, 0).UTC(), "flag": true,
	}, dynamic(t, v, false))
}

// TestKeywordFaults also passes what the short way of strings leaves to the long one.
func TestKeywordFaults(t *testing.T) {
	s := plan[flat](t)
	f := wire.NewFrame()
	defer f.Recycle()
	err := s.EncodeKeywords(f, unsafe.Pointer(&flat{Name: "ok\xff"}))
	require.EqualError(t, err, "snakepit: .Name: want valid UTF-8, got an invalid byte at offset 2")

	long := strings.Repeat("x", 5000)
	require.Equal(t, []any{int64(0), 0.0, true, long, int64(-1)},
		keywords(t, s, unsafe.Pointer(&flat{Active: true, Name: long, Count: -1})))
	_, err = decodeAs(t, map[string]any{"id": 1, "score": 1, "active": 1}, reflect.TypeFor[flat]())
	require.EqualError(t, err, "snakepit: result.active: want bool, got int 1")
}

func TestStructFields(t *testing.T) {
	s := plan[outer](t)
	v := outer{Extra: &Extra{Note: "n"}, ID: "x", Opt: new(float64), List: []int{1}}
	f := wire.NewFrame()
	defer f.Recycle()
	f.In = append(f.In, byte(wire.Fields), byte(len(s.Names)), 0, 0, 0, 0, 0, 0, 0)
	require.NoError(t, s.EncodeKeywords(f, unsafe.Pointer(&v)))
	ret, _ := result(f)
	var got outer
	require.NoError(t, codec.DecodeRet(s.DecodeFields, ret, unsafe.Pointer(&got)))
	require.Equal(t, v, got)

	ret, _ = encoded(t, map[string]any{"id": "y", "point": point{1, 2}, "more": 1}, true)
	got = outer{}
	require.NoError(t, codec.DecodeRet(s.DecodeFields, ret, unsafe.Pointer(&got)))
	require.Equal(t, outer{ID: "y", Named: point{1, 2}}, got, "no embedded pointer is made for nothing")
}

func TestMissingField(t *testing.T) {
	s := plan[point](t)
	var got point
	missing := []byte{byte(wire.Fields), 2, 0, 0, 0, 0, 0, 0, 0, byte(wire.Missing), byte(wire.None)}
	err := codec.DecodeRet(s.DecodeFields, &wire.Ret{Tag: wire.Encoded, Buf: missing}, unsafe.Pointer(&got))
	require.EqualError(t, err, `snakepit: result: want key "x", got no such key`)
	missing[1] = 3
	err = codec.DecodeRet(s.DecodeFields, &wire.Ret{Tag: wire.Encoded, Buf: missing}, unsafe.Pointer(&got))
	require.ErrorIs(t, err, wire.ErrGarbled)
}

func TestNoPlainStruct(t *testing.T) {
	for _, typ := range []reflect.Type{
		reflect.TypeFor[time.Time](), reflect.TypeFor[*big.Int](), reflect.TypeFor[value.Date](), reflect.TypeFor[uuid.UUID](),
		reflect.TypeFor[netip.Addr](), reflect.TypeFor[*object](), reflect.TypeFor[object](), reflect.TypeFor[int](),
		reflect.TypeFor[map[string]any](), reflect.TypeFor[mute](), reflect.TypeFor[**point](),
	} {
		_, ok, err := codec.PlanStruct(typ)
		require.NoError(t, err)
		require.False(t, ok, typ)
	}
}

type (
	Left     struct{ Name string }
	Right    struct{ Name string }
	ViaLeft  struct{ Left }
	ViaRight struct{ Left }

	inner struct{ A int }
	Self  struct {
		*Self
		A int
	}
)

func TestStructFaults(t *testing.T) {
	for _, c := range []struct {
		typ  reflect.Type
		text string
	}{
		{reflect.TypeFor[struct {
			Left
			Right
		}](), `: want fields with names of their own, got two fields of struct { codec_test.Left; codec_test.Right } that are "name"`},
		{reflect.TypeFor[struct {
			A int `py:"b"`
			B int
		}](), `: want fields with names of their own, got two fields of struct { A int "py:\"b\""; B int } that are "b"`},
		{reflect.TypeFor[struct {
			A int `py:"a,omitnil"`
		}](), `.A: want a type that can cross to Python, got struct { A int "py:\"a,omitnil\"" }: unknown option "omitnil" in its py tag`},
		{reflect.TypeFor[struct{ *inner }](), `.inner: want a type that can cross to Python, got struct { *codec_test.inner }: it is an embedded pointer to an unexported struct`},
		{reflect.TypeFor[struct{ a int }](), `: want a type that can cross to Python, got struct { a int }, which has no exported field`},
		{reflect.TypeFor[struct {
			ViaLeft
			ViaRight
		}](), `: want fields with names of their own, got two fields of struct { codec_test.ViaLeft; codec_test.ViaRight } that are "name"`},
		{reflect.TypeFor[struct{ C chan<- int }](), `.C: want a type that can cross to Python, got chan<- int`},
	} {
		_, ok, err := codec.PlanStruct(c.typ)
		require.True(t, ok)
		requireText(t, err, c.text)
	}
	require.Equal(t, []string{"a"}, plan[Self](t).Names)
	require.Equal(t, []string{"name"}, plan[struct {
		Left
		Right
		Name int
	}](t).Names, "the outermost wins")
	require.Equal(t, []string{"a"}, plan[struct{ inner }](t).Names, "an unexported struct's fields are promoted")
	require.Equal(t, []string{"left", "name"}, plan[struct {
		Left `py:"left"`
		Right
	}](t).Names)
}
