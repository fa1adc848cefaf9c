package codec_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
)

type holder struct {
	Obj  *object
	Rest []any
}

func TestLend(t *testing.T) {
	a, b := &object{handle: 11}, &object{handle: 12}
	f := wire.NewFrame()
	require.NoError(t, codec.Encode(f, []any{a, holder{Obj: b, Rest: []any{a}}, map[any]any{a: b}}, "args[0]"))
	require.Equal(t, []int{3, 2}, []int{a.lent, b.lent})
	require.Len(t, f.Lent(), 5)

	b.err = errors.New("released")
	require.Error(t, codec.Encode(f, []any{a, b}, "args[1]"))
	f.Recycle()
	require.Equal(t, []int{0, 0}, []int{a.lent, b.lent}, "also after an error")
}

func TestObjectsArrive(t *testing.T) {
	ret, h := encoded(t, map[string]any{"obj": &object{handle: 11}, "rest": []any{&object{handle: 12}}}, true)
	got, err := decodeRet(t, ret, reflect.TypeFor[holder]())
	require.NoError(t, err)
	v := got.Interface().(holder)
	require.Equal(t, uintptr(11), v.Obj.handle)
	require.Equal(t, uintptr(12), v.Rest[0].(*object).handle)
	require.Equal(t, 2, h.live())
	v.Obj.Release()
	require.Equal(t, 1, h.live())
}

// TestFailuresReleaseObjects fails at every place and looks whether an object is left.
func TestFailuresReleaseObjects(t *testing.T) {
	o := func(n uintptr) *object { return &object{handle: n} }
	objects := []any{o(1), value.Tuple{o(2), 5}, map[string]any{"k": o(3)}, value.Dict{{Key: o(4), Value: o(5)}, {Key: 1, Value: o(6)}}}
	holders := []any{map[string]any{"obj": o(1), "rest": objects}, map[string]any{"obj": "no object", "rest": objects}, o(9)}
	for name, c := range map[string]struct {
		in  any
		typ reflect.Type
	}{
		"list into ints":    {objects, reflect.TypeFor[[]int]()},
		"list of holders":   {holders, reflect.TypeFor[[]holder]()},
		"into a string":     {objects, reflect.TypeFor[string]()},
		"into an array":     {objects, reflect.TypeFor[[3]any]()},
		"object into int":   {o(1), reflect.TypeFor[int]()},
		"object into point": {o(1), reflect.TypeFor[*point]()},
		"unhashable key":    {value.Dict{{Key: value.Tuple{o(1)}, Value: o(2)}, {Key: 1, Value: o(3)}}, reflect.TypeFor[map[any]any]()},
		"missing key":       {map[string]any{"obj": o(1)}, reflect.TypeFor[holder]()},
		"map of ints":       {map[string]any{"a": o(1), "b": 2, "c": []any{o(2)}}, reflect.TypeFor[map[string]int]()},
		"last element":      {[]any{o(1), o(2), 3}, reflect.TypeFor[[]*object]()},
		"text":              {[]any{o(1), "bad", o(2)}, reflect.TypeFor[struct{ A, B any }]()},
	} {
		t.Run(name, func(t *testing.T) {
			ret, h := encoded(t, c.in, true)
			_, err := decodeRet(t, ret, c.typ)
			require.Error(t, err)
			require.NotEmpty(t, *h)
			require.Zero(t, h.live())
			for _, o := range *h {
				require.Equal(t, 1, o.released)
			}
		})
	}
}

func TestSkippedObjectsAreReleased(t *testing.T) {
	ret, h := encoded(t, map[string]any{"x": 1, "y_pos": 2, "z": []any{&object{handle: 5}, 1i, []byte("b"), []float64{1}}}, true)
	_, err := decodeRet(t, ret, reflect.TypeFor[point]())
	require.NoError(t, err)
	require.Len(t, *h, 1)
	require.Zero(t, h.live())
}

// TestMixedDictMakesObjectsOnce reads the beginning of such a dict twice.
func TestMixedDictMakesObjectsOnce(t *testing.T) {
	o := &object{handle: 1}
	ret, h := encoded(t, value.Dict{{Key: "a", Value: []any{o}}, {Key: "b", Value: o}, {Key: 3, Value: o}}, true)
	got, err := decodeRet(t, ret, reflect.TypeFor[any]())
	require.NoError(t, err)
	require.Len(t, *h, 3)
	d := got.Interface().(value.Dict)
	require.Same(t, (*h)[0], d[0].Value.([]any)[0])
	require.Same(t, (*h)[1], d[1].Value)
	require.Same(t, (*h)[2], d[2].Value)
}

func TestConvert(t *testing.T) {
	o := &object{handle: 7}
	var h holder
	p, q := &object{handle: 7}, &object{handle: 7}
	in := value.Dict{{Key: "more", Value: p}, {Key: "obj", Value: o}, {Key: "rest", Value: []any{q, int64(1), make([]float64, 1000)}}}
	require.NoError(t, codec.Convert(in, reflect.ValueOf(&h).Elem()))
	require.Same(t, o, h.Obj)
	require.Same(t, q, h.Rest[0])
	require.Len(t, h.Rest[2], 1000)
	require.Zero(t, p.lent+p.released+q.lent+q.released)
	require.Zero(t, o.lent)
	require.Zero(t, o.released)

	var same any
	require.NoError(t, codec.Convert(o, reflect.ValueOf(&same).Elem()))
	require.Same(t, o, same)
	var typed *object
	require.NoError(t, codec.Convert(o, reflect.ValueOf(&typed).Elem()))
	require.Same(t, o, typed)

	var list []float64
	require.NoError(t, codec.Convert([]any{int64(1), 2.5}, reflect.ValueOf(&list).Elem()))
	require.Equal(t, []float64{1, 2.5}, list)
	require.NoError(t, codec.Convert(nil, reflect.ValueOf(&same).Elem()))
	require.Nil(t, same)

	var n int8
	err := codec.Convert(map[string]any{"a": int64(1)}, reflect.ValueOf(&n).Elem())
	require.EqualError(t, err, "snakepit: value: want int8, got dict of 1")
	err = codec.Convert([]any{make(chan<- int)}, reflect.ValueOf(&n).Elem())
	require.EqualError(t, err, "snakepit: value[0]: want a type that can cross to Python, got chan<- int")
	var points []point
	err = codec.Convert([]any{map[string]any{"x": int64(1), "y_pos": o}}, reflect.ValueOf(&points).Elem())
	require.EqualError(t, err, "snakepit: value[0].y_pos: want int, got a Python object")
	require.Zero(t, o.released, "the caller's")
	var ch chan<- int
	err = codec.Convert(1, reflect.ValueOf(&ch).Elem())
	require.EqualError(t, err, "snakepit: value: want a type that can cross to Python, got chan<- int")
}
