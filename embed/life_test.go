package embed_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/embed"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/threadprofile"
)

var reopen = harness.Part("reopen", func() {
	rt := open()
	harness.Check(rt.Exec(ctx0, "main", "answer = 42"))
	v, err := rt.Eval(ctx0, "main", "answer")
	harness.Check(err)
	harness.Assert(v == int64(42), "got %v", v)
	for range 3 {
		harness.Check(rt.Close())
		rt = open()
		_, err = rt.Eval(ctx0, "main", "answer")
		harness.Assert(err != nil && strings.Contains(err.Error(), "NameError"), "the name outlived Close: %v", err)
	}
})

// TestReopen closes and opens again: Python is the same, the namespaces are fresh.
func TestReopen(t *testing.T) { succeed(t, reopen) }

var atExit = harness.Part("at exit", func() {
	out := &record{}
	rt := openWith(threadprofile.Config{Stdout: out})
	call(rt, "probe:at_exit", "first")
	other := open()
	harness.Check(other.Close())
	harness.Assert(out.String() == "", "ran before the last Close: %q", out)
	harness.Check(rt.Close())
	harness.Assert(out.String() == "first", "after Close: %q", out)
	rt = open()
	harness.Check(rt.Close())
	harness.Assert(out.String() == "first", "ran twice: %q", out)
})

// TestAtExit checks that the last Close runs what was registered with atexit, once.
func TestAtExit(t *testing.T) { succeed(t, atExit) }

var finalizers = harness.Part("finalizers", func() {
	rt := open()
	for range 3 {
		seen := call(rt, "probe:finalize").([]any)
		harness.Assert(len(seen) == 1, "weakref.finalize called %v", seen)
		harness.Check(rt.Close())
		rt = open()
	}
})

// TestFinalizersAfterReopen checks that running atexit functions, which for CPython
// is the end, does not switch weakref.finalize off for the runtimes that follow.
func TestFinalizersAfterReopen(t *testing.T) { succeed(t, finalizers) }

// TestContradictions opens a second runtime that asks for what the first has not.
func TestContradictions(t *testing.T) {
	rt := opened(t)
	loaded := harness.Python(t).Library
	for want, c := range map[string]embed.Config{
		"/other/libpython.so": {Library: "/other/libpython.so"},
		"/other/python":       {Python: "/other/python"},
		"Stdout":              {Stdout: &record{}},
		"GILWarn":             {GIL: embed.GILFail},
	} {
		_, err := embed.Open(ctx0, c)
		require.ErrorContains(t, err, want)
		if c.Library != "" {
			require.ErrorContains(t, err, loaded)
		}
	}
	same, err := embed.Open(ctx0, embed.Config{Library: loaded})
	require.NoError(t, err)
	require.NoError(t, same.Close(ctx0))
	_, err = rt.Call(ctx0, "math:sqrt", 4)
	require.NoError(t, err)
}
