package threadprofile_test

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/threadprofile"
)

// resting is the memory in use when both garbage collectors have done their work.
func resting(t testing.TB, rt *snakepit.Runtime) int {
	t.Helper()
	collect()
	must(rt.Call(ctx0, "work:collect"))
	debug.FreeOSMemory()
	return inUse(t)
}

// leakCalls is how many calls TestCallsLeakNothing makes: SNAKEPIT_LEAK_CALLS, or
// a number that takes a second.
func leakCalls(t *testing.T) int {
	if text := os.Getenv("SNAKEPIT_LEAK_CALLS"); text != "" {
		n, err := strconv.Atoi(text)
		require.NoError(t, err)
		return n
	}
	if testing.Short() {
		return 50_000
	}
	return 500_000
}

// TestCallsLeakNothing makes many calls and looks at the memory.
func TestCallsLeakNothing(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector's own memory grows")
	}
	rt := open(t, 2)
	inc, err := snakepit.Bind[int, int](rt, "work:inc")
	require.NoError(t, err)
	text := strings.Repeat("x", 100_000)
	for _, c := range []struct {
		name  string
		share int // one of so many calls
		limit int
		call  func(i int) error
	}{
		{"bind", 1, mib, func(i int) error { _, err := inc(ctx0, i); return err }},
		{"values", 20, mib, func(i int) error {
			_, err := rt.Call(ctx0, "work:echo", map[string]any{"i": i, "l": []any{1, 2.5, "s"}, "f": make([]float64, 100)})
			return err
		}},
		{"keywords", 20, mib, func(i int) error { _, err := rt.Call(ctx0, "work:keywords", snakepit.Kw{"a": i, "b": "x"}); return err }},
		{"large", 100, 8 * mib, func(int) error { _, err := rt.Call(ctx0, "work:echo", text); return err }},
		{"exceptions", 100, mib, func(i int) error { _, err := rt.Call(ctx0, "work:fail", i); return expected(err) }},
		{"objects", 20, mib, func(int) error {
			o, err := rt.Call(ctx0, "builtins:object")
			if err == nil {
				o.(*snakepit.Object).Release()
			}
			return err
		}},
		{"eval", 20, mib, func(i int) error { _, err := rt.Eval(ctx0, "leak", "a + 1", snakepit.Kw{"a": i}); return err }},
		{"cancellable", 10, mib, func(i int) error { _, err := inc(t.Context(), i); return err }},
		{"faults", 50, mib, func(i int) error { _, err := rt.Call(ctx0, "work:echo", []any{i, "\xff"}); return conversion(err) }},
	} {
		t.Run(c.name, func(t *testing.T) { leakNothing(t, rt, leakCalls(t)/c.share, c.limit, c.call) })
	}
}

func expected(err error) error {
	var e *snakepit.PythonError
	if errors.As(err, &e) {
		return nil
	}
	return fmt.Errorf("no exception: %w", err)
}

func conversion(err error) error {
	var c *snakepit.ConversionError
	if errors.As(err, &c) {
		return nil
	}
	return fmt.Errorf("no conversion error: %w", err)
}

// leakNothing makes n calls in each of up to eight rounds, one of which must grow by less
// than limit: what leaks does in all, and what allocators spread out over threads does not.
// With 140 idle threads of earlier tests six rounds of cancelled streams have grown by 1 MiB.
func leakNothing(t *testing.T, rt *snakepit.Runtime, n, limit int, call func(int) error) {
	loop := func(n int) {
		for i := range n {
			if err := call(i); err != nil {
				t.Fatal(err)
			}
		}
	}
	loop(n / 5)
	for range 8 {
		before := resting(t, rt)
		loop(n)
		grown := resting(t, rt) - before
		t.Logf("%d calls: %+d KiB, %.2f bytes a call", n, grown>>10, float64(grown)/float64(n))
		if grown < limit {
			return
		}
	}
	t.Fatal("it grows in each round")
}

// evalForms are expressions with something new in each, and what each may cost.
var evalForms = []struct {
	form        string
	n           int
	free, gil   float64 // bytes an expression
	whatIsThere string  // what stays
}{
	{"a + %d", 100_000, 300, 60, "nothing, but with calls from several OS threads 3.13t's allocator spreads out"},
	{"'text %d'", 20_000, 300, 100, "the text: 3.13t interns all texts in code, for ever"},
	{"name_%d", 20_000, 600, 500, "the variable that was set, and its name"},
	{"(lambda: %d)()", 20_000, 1200, 100, "the function and its code, immortal in 3.13t"},
}

var evalPart = harness.Part("eval growth", evalGrowth)

// TestEvalOfDistinctExpressions says what a new expression costs for ever. The cache
// of compiled code bounds what the same expressions cost, and nothing what new ones do.
func TestEvalOfDistinctExpressions(t *testing.T) {
	harness.Python(t)
	if raceEnabled || testing.Short() {
		t.Skip("takes seconds, and the race detector's own memory grows")
	}
	t.Log("\n" + harness.Child{Part: evalPart}.Succeed(t).Stdout)
}

func evalGrowth() {
	rt, err := start(threadprofile.Config{}, snakepit.PoolConfig{Workers: 1})
	harness.Check(err)
	p := python(rt).Python
	fmt.Printf("Python %s, free-threaded: %v\n", p.Python, p.FreeThreaded)
	for _, f := range evalForms {
		got, most := evalMany(rt, f.form, f.n), f.gil
		if p.FreeThreaded {
			most = f.free
		}
		fmt.Printf("%-16s %5.0f bytes an expression; at most %.0f: %s\n", f.form, got, most, f.whatIsThere)
		harness.Assert(got <= most, "%s costs %.0f bytes", f.form, got)
	}
	harness.Check(rt.Close())
}

// evalMany evaluates n expressions of a form after some that fill the cache.
func evalMany(rt *snakepit.Runtime, form string, n int) (bytes float64) {
	loop := func(from, to int) {
		for i := from; i < to; i++ {
			e, variables := fmt.Sprintf(form, i), snakepit.Kw{"a": 1}
			if strings.HasPrefix(form, "name") {
				variables = snakepit.Kw{e: 1}
			}
			_, err := rt.Eval(ctx0, "eval", e, variables)
			harness.Check(err)
		}
	}
	var t testing.T
	loop(1_000_000, 1_005_000)
	before := resting(&t, rt)
	loop(2_000_000, 2_000_000+n)
	return float64(resting(&t, rt)-before) / float64(n)
}
