package profiletest

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
)

// objects are those that stay in Python. A profile that has none skips all.
func (s *suite) objects(t *testing.T) {
	s = s.with(t, 4)
	s.exec(t, imports)
	s.object(t, "object()")
	t.Run("WhatStays", s.whatStays)
	t.Run("Use", s.useObject)
	t.Run("Items", s.objectItems)
	t.Run("Iterate", s.iterate)
	t.Run("PassBack", s.passBack)
	t.Run("Errors", s.objectErrors)
	t.Run("Release", s.release)
	t.Run("ReleaseDuringCall", s.releaseDuringCall)
	t.Run("ReleaseConcurrently", s.releaseConcurrently)
	t.Run("ManyInOneCall", s.manyObjects)
	t.Run("FreedWithFailedResults", s.failedResults)
}

func (s *suite) whatStays(t *testing.T) {
	for expression, name := range map[string]string{
		"object()": "builtins.object", "len": "builtins.builtin_function_or_method", "c.Point": "builtins.type", "c": "builtins.module",
		"range(3)": "builtins.range", "(x for x in [])": "builtins.generator", "collections.deque()": "collections.deque",
		"c.Plain.A": "conformance.Plain", "int": "builtins.type", "...": "builtins.ellipsis", "c.Holder()": "conformance.Holder",
		"array.array('d')": "array.array", "{}.keys()": "builtins.dict_keys", "slice(1)": "builtins.slice",
	} {
		got, err := s.object(t, expression).TypeName(t.Context())
		require.NoError(t, err)
		require.Equal(t, name, got)
	}
	in := s.eval(t, "{'a': [object(), (len,)]}").(dicts)["a"].(list)
	in[0].(*snakepit.Object).Release()
	in[1].(tuple)[0].(*snakepit.Object).Release()
}

func (s *suite) useObject(t *testing.T) {
	ctx := t.Context()
	o := s.object(t, "c.Holder(a=1, b='two')")
	repr, err := o.Repr(ctx)
	require.NoError(t, err)
	require.Equal(t, "a Holder", repr)
	requireValue(t, "two")(o.Attr(ctx, "b"))
	require.NoError(t, o.SetAttr(ctx, "c", list{1}))
	requireValue(t, list{int64(1)})(o.Attr(ctx, "c"))
	requireValue(t, tuple{tuple{int64(1)}, dicts{"k": "v"}})(o.Call(ctx, "method", 1, snakepit.Kw{"k": "v"}))
	requireValue(t, int64(6))(o.Invoke(ctx, 3))
	requireValue(t, int64(12))(o.Invoke(ctx, 3, snakepit.Kw{"b": 4}))
	method, err := o.Attr(ctx, "method")
	require.NoError(t, err)
	defer method.(*snakepit.Object).Release()
	requireValue(t, tuple{tuple{}, dicts{}})(method.(*snakepit.Object).Invoke(ctx))
}

// requireValue checks the results of a call given as its arguments.
func requireValue(t *testing.T, want any) func(any, error) {
	return func(got any, err error) {
		t.Helper()
		require.NoErrorf(t, err, "%+v", err)
		requireSame(t, want, got)
	}
}

func (s *suite) objectItems(t *testing.T) {
	ctx := t.Context()
	o := s.object(t, "c.Holder()")
	for _, key := range []any{"k", 1, tuple{1, 2}, nil} {
		require.NoError(t, o.SetItem(ctx, key, dicts{"v": key}))
		requireValue(t, s.call(t, "echo", dicts{"v": key}))(o.Item(ctx, key))
	}
	_, err := o.Item(ctx, "absent")
	pythonError(t, err, "KeyError")
}

func (s *suite) iterate(t *testing.T) {
	var got list
	for v, err := range s.object(t, "c.Holder()").Iter(t.Context()) {
		require.NoError(t, err)
		got = append(got, v)
	}
	requireSame(t, list{int64(1), "two", list{3.0}}, got)

	n := 0
	for _, err := range s.object(t, "iter(range(10**12))").Iter(t.Context()) {
		require.NoError(t, err)
		if n++; n == 5 {
			break
		}
	}
	require.Equal(t, 5, n)

	var last error
	got = nil
	for v, err := range s.object(t, "(1 // (2 - x) for x in range(5))").Iter(t.Context()) {
		if last = err; err == nil {
			got = append(got, v)
		}
	}
	pythonError(t, last, "ZeroDivisionError")
	requireSame(t, list{int64(0), int64(1)}, got)
	for _, err := range s.object(t, "object()").Iter(t.Context()) {
		pythonError(t, err, "TypeError")
	}
}

func (s *suite) passBack(t *testing.T) {
	o := s.object(t, "c.Holder(a=1)")
	require.Equal(t, true, s.eval(t, "x is y and type(x) is c.Holder", snakepit.Kw{"x": o, "y": o}))
	require.Equal(t, true, s.eval(t, "x[0]['k'] is y and x[0][y] == 1", snakepit.Kw{"x": list{pairs("k", o, o, 1)}, "y": o}))
	again := s.call(t, "echo", o).(*snakepit.Object)
	defer again.Release()
	require.Equal(t, true, s.eval(t, "x is y", snakepit.Kw{"x": o, "y": again}))
	require.Equal(t, true, s.eval(t, "x is None", snakepit.Kw{"x": (*snakepit.Object)(nil)}))
	get, err := snakepit.Bind[*snakepit.Object, *snakepit.Object](s.rt, "conformance:echo")
	require.NoError(t, err)
	bound, err := get(t.Context(), o)
	require.NoError(t, err)
	defer bound.Release()
	requireValue(t, int64(1))(bound.Attr(t.Context(), "a"))
}

func (s *suite) objectErrors(t *testing.T) {
	ctx := t.Context()
	o := s.object(t, "c.Holder()")
	_, err := o.Call(ctx, "no_such_method")
	pythonError(t, err, "AttributeError")
	_, err = o.Attr(ctx, "absent")
	pythonError(t, err, "AttributeError")
	_, err = o.Call(ctx, "fail", "why")
	require.Equal(t, "'why'", pythonError(t, err, "KeyError").Message)
	_, err = s.object(t, "object()").Invoke(ctx)
	pythonError(t, err, "TypeError")
	pythonError(t, s.object(t, "object()").SetAttr(ctx, "a", 1), "AttributeError")
}

// tracked returns an object, made and handed out in one call, of which gone tells
// whether it was freed.
func (s *suite) tracked(t *testing.T) *snakepit.Object {
	o := s.object(t, "c.make_tracked()")
	require.False(t, s.gone(t))
	return o
}

func (s *suite) gone(t *testing.T) bool { return s.eval(t, "c.tracked() is None") == true }

func (s *suite) release(t *testing.T) {
	o := s.tracked(t)
	o.Release()
	require.True(t, s.gone(t))
	o.Release() // the first one counts
	ctx := t.Context()
	_, err := o.Call(ctx, "method")
	require.ErrorIs(t, err, snakepit.ErrReleased)
	_, err = o.Repr(ctx)
	require.ErrorIs(t, err, snakepit.ErrReleased)
	_, err = o.Attr(ctx, "a")
	require.ErrorIs(t, err, snakepit.ErrReleased)
	for _, err := range o.Iter(ctx) {
		require.ErrorIs(t, err, snakepit.ErrReleased)
	}
	_, err = s.rt.Call(ctx, "conformance:echo", list{o})
	require.ErrorIs(t, err, snakepit.ErrReleased, "%v", err)
}

func (s *suite) releaseDuringCall(t *testing.T) {
	o := s.tracked(t)
	g := newGate(t)
	ended := make(chan error, 1)
	go func() {
		_, err := s.rt.Call(context.Background(), "conformance:wait", g.path, snakepit.Kw{"holding": o})
		ended <- err
	}()
	g.entered(t)
	o.Release()
	require.False(t, s.gone(t), "freed under a call that uses it")
	g.open(t)
	require.NoError(t, <-ended)
	require.True(t, s.gone(t))
}

func (s *suite) releaseConcurrently(t *testing.T) {
	for range 50 {
		o := s.tracked(t)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				_, err := o.Call(context.Background(), "method")
				o.Release()
				if err != nil {
					require.ErrorIs(t, err, snakepit.ErrReleased)
				}
			})
		}
		all.Wait()
		require.True(t, s.gone(t))
	}
}

// manyObjects passes an object more often than a call has room for in advance, in
// calls that succeed, that fail, and that never begin.
func (s *suite) manyObjects(t *testing.T) {
	o := s.tracked(t)
	for _, n := range []int{1, 15, 16, 62, 63, 64, 65, 200} {
		kw := snakepit.Kw{}
		for i := range n {
			kw[fmt.Sprintf("k%d", i)] = o
		}
		args := append(repeat(o, n), kw)
		requireSame(t, int64(2*n), s.call(t, "count_same", args...))
		pythonError(t, s.fails(t, "only_keywords", args...), "TypeError")
		conversion(t, s.fails(t, "arguments", append(args, "\xff")...), fmt.Sprintf("args[%d]", n+1))
	}
	o.Release()
	require.True(t, s.gone(t))
}

// failedResults checks that objects in a result that cannot become what was asked
// for do not stay.
func (s *suite) failedResults(t *testing.T) {
	make, err := snakepit.Bind[struct{}, int](s.rt, "conformance:make_tracked")
	require.NoError(t, err)
	_, err = make(t.Context(), struct{}{})
	conversion(t, err, "result")
	require.True(t, s.gone(t), "an object in a result that no int can be")

	lists, err := snakepit.Bind[int, []*snakepit.Object](s.rt, "conformance:make_tracked_list")
	require.NoError(t, err)
	_, err = lists(t.Context(), 5)
	conversion(t, err, "result[5]")
	require.True(t, s.gone(t), "objects before the one that did not fit")

	_, err = s.rt.Call(t.Context(), "conformance:make_tracked_surrogate")
	conversion(t, err, "result[1]")
	require.True(t, s.gone(t), "an object before a text that cannot cross")

	ignored, err := snakepit.Bind[struct{}, struct{}](s.rt, "conformance:make_tracked")
	require.NoError(t, err)
	_, err = ignored(t.Context(), struct{}{})
	require.NoError(t, err)
	require.True(t, s.gone(t), "an object in a result that is ignored")
}
