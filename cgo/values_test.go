package cgo_test

import (
	"bytes"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/cgo"
	"github.com/gosnakepit/snakepit/internal/value"
)

// TestEcho sends a value of each tag to Python and back.
func TestEcho(t *testing.T) {
	echo := function(t, start(t), "echo")
	huge := new(big.Int).Lsh(big.NewInt(-3), 700)
	for _, v := range []any{
		nil, true, false, int64(0), int64(-1), int64(math.MaxInt64), int64(math.MinInt64), huge,
		new(big.Int).SetUint64(math.MaxUint64), 1.5, math.Inf(-1), complex(1, -2), "", "zero\x00byte 🐍",
		strings.Repeat("é", 100_000),
		[]byte{},
		[]byte("\x00\xff"), bytes.Repeat([]byte("x"), 200_000),
		[]any{},
		[]any{int64(1), "a", nil, []any{2.5}},
		value.Tuple{},
		value.Tuple{"x", int64(1)},
		map[string]any{},
		map[string]any{"k": []any{map[string]any{"n": nil}}},
		value.Dict{{Key: int64(1), Value: "one"}, {Key: value.Tuple{"a", int64(2)}, Value: 2.5}},
		value.Set{"only"},
		value.FrozenSet{int64(7)},
	} {
		got, err := call(t, cgo.Call, echo, args(t, v), 0)
		require.NoError(t, err)
		require.Equal(t, v, got)
	}
}

// TestPackedLists covers the lists that cross as numbers side by side.
func TestPackedLists(t *testing.T) {
	p := start(t)
	echo := function(t, p, "echo")
	floats, ints := make([]float64, 5000), make([]int64, 5000)
	for i := range floats {
		floats[i], ints[i] = float64(i)/3, int64(i)<<40
	}
	for _, v := range []any{floats, ints, floats[:9], ints[:9], floats[:2]} {
		got, err := call(t, cgo.Call, echo, args(t, v), 0)
		require.NoError(t, err)
		require.EqualValues(t, sliceOf(v), got)
	}
	for name, last := range map[string]any{"mixed": "end", "overflowing": new(big.Int).Lsh(big.NewInt(1), 64)} {
		got, err := call(t, cgo.Call, function(t, p, name), args(t, 100), 0)
		require.NoError(t, err)
		require.Len(t, got, 101)
		require.Equal(t, last, got.([]any)[100])
	}
}

func sliceOf(v any) []any {
	var all []any
	switch v := v.(type) {
	case []float64:
		for _, x := range v {
			all = append(all, x)
		}
	case []int64:
		for _, x := range v {
			all = append(all, x)
		}
	}
	return all
}

// TestFaults covers results that cannot cross.
func TestFaults(t *testing.T) {
	p := start(t)
	for name, want := range map[string]value.ConversionError{
		"surrogate": {Path: `result["deep"][1][1]`, Want: "text that UTF-8 can hold (no lone surrogates)", Got: "str"},
		"cyclic":    {Path: `result["self"][0]`, Want: "a value that does not contain itself", Got: "dict"},
	} {
		_, err := call(t, cgo.Call, function(t, p, name), args(t), 0)
		require.Equal(t, &want, err)
	}
	nested := function(t, p, "nested")
	_, err := call(t, cgo.Call, nested, args(t, 999), 0)
	require.NoError(t, err)
	_, err = call(t, cgo.Call, nested, args(t, 1000), 0)
	require.ErrorContains(t, err, "at most 1000 levels of nesting")
	_, err = call(t, cgo.Call, nested, args(t, 100_000), 0)
	require.ErrorContains(t, err, "at most 1000 levels of nesting")
}

// TestExceptions covers what an exception carries across.
func TestExceptions(t *testing.T) {
	_, err := call(t, cgo.Call, function(t, start(t), "raises"), args(t, "lost"), 0)
	var e *value.PythonError
	require.ErrorAs(t, err, &e)
	require.Equal(t, "LookupError", e.Type)
	require.Equal(t, "lost", e.Message)
	require.Equal(t, "ValueError", e.Cause.Type)
	require.Equal(t, "raises", e.Traceback[0].Function)
}
