package profiletest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/tool"
)

// face opens the adapter of the suite that uses all there is.
func (s *suite) face(t *testing.T, workers int) *snakepit.Runtime {
	t.Helper()
	return s.open(t, s.adapter, snakepit.PoolConfig{Workers: workers})
}

// execute runs a tool that must succeed.
func execute(t *testing.T, on executor, name string, args snakepit.Args) any {
	t.Helper()
	v, err := on.Execute(t.Context(), name, args)
	require.NoErrorf(t, err, "%s: %+v", name, err)
	return v
}

// executor is a runtime, a pool or a session.
type executor interface {
	Execute(ctx context.Context, tool string, args snakepit.Args) (any, error)
}

func (s *suite) schemas(t *testing.T) {
	t.Run("Arguments", s.toolArguments)
	t.Run("Validation", s.validation)
	t.Run("Listed", s.listed)
}

func (s *suite) toolArguments(t *testing.T) {
	rt := s.face(t, 1)
	requireExecute(t, rt, int64(3), "add", snakepit.Args{"a": 2})
	requireExecute(t, rt, int64(5), "add_later", snakepit.Args{"a": 2, "b": 3})
	requireExecute(t, rt, 5.0, "distance", snakepit.Args{"to": map[string]any{"x": 3, "y": 4}})
	requireExecute(t, rt, 7.0, "distance", snakepit.Args{"to": struct{ X, Y float64 }{3, 4}, "how": "city"})
	requireExecute(t, rt, []any{"a"}, "listed", snakepit.Args{"items": []string{"a", "b"}, "limit": 1})
	requireExecute(t, rt, dicts{"k": int64(1)}, "anything", snakepit.Args{"k": 1})
	type in struct {
		A int
		B int `py:"b,omitempty"`
	}
	add, err := snakepit.Bind[in, int](rt, "add")
	require.NoError(t, err)
	sum, err := add(t.Context(), in{A: 4})
	require.NoError(t, err)
	require.Equal(t, 5, sum)
	one, err := snakepit.Bind[int, int](rt, "add")
	require.NoError(t, err)
	sum, err = one(t.Context(), 6)
	require.NoError(t, err)
	require.Equal(t, 7, sum)
}

func (s *suite) validation(t *testing.T) {
	rt := s.face(t, 1)
	for _, c := range []struct {
		tool, path, expected string
		args                 snakepit.Args
	}{
		{"add", "b", "integer", snakepit.Args{"a": 1, "b": "x"}},
		{"add", "a", "integer", snakepit.Args{"a": true}},
		{"add", "a", "integer", snakepit.Args{"a": 1.5}},
		{"add", "a", "", snakepit.Args{}},
		{"add", "c", "", snakepit.Args{"a": 1, "c": 2}},
		{"distance", "to", "", snakepit.Args{"to": "x"}},
		{"distance", "how", "", snakepit.Args{"to": map[string]any{"x": 1.0}, "how": "bee"}},
		{"listed", "items[1]", "string", snakepit.Args{"items": []any{"a", 2}}},
		{"add_later", "a", "integer", snakepit.Args{"a": nil, "b": 1}},
	} {
		_, err := rt.Execute(t.Context(), c.tool, c.args)
		var wrong *snakepit.ValidationError
		require.ErrorAs(t, err, &wrong, "%s %v", c.tool, c.args)
		require.Equal(t, c.tool, wrong.Tool)
		require.Contains(t, wrong.Path, c.path)
		require.Contains(t, wrong.Expected, c.expected)
		require.NotEmpty(t, wrong.Got)
		require.True(t, snakepit.SafeToRetry(err), "the tool has not run")
	}
	_, err := snakepit.Bind[struct{ A, Q int }, int](rt, "add")
	var wrong *snakepit.ValidationError
	require.ErrorAs(t, err, &wrong)
	_, err = snakepit.Bind[struct{ A string }, int](rt, "add")
	require.ErrorAs(t, err, &wrong)
}

func (s *suite) listed(t *testing.T) {
	rt := s.face(t, 1)
	byName := map[string]tool.Spec{}
	for _, spec := range rt.Tools() {
		byName[spec.Name] = spec
	}
	require.Contains(t, byName, "add")
	require.NotContains(t, byName, "initialize")
	require.Contains(t, string(byName["add"].Schema), `"integer"`)
	require.Equal(t, "How far from the middle", byName["distance"].Description)
	require.Contains(t, string(byName["distance"].Schema), "crow")
	require.True(t, byName["numbers"].Streams)
	require.True(t, byName["anything"].Open)
	require.Equal(t, []string{"a", "b"}, []string{byName["add"].Params[0].Name, byName["add"].Params[1].Name})
	require.True(t, byName["add"].Params[0].Required)
	require.False(t, byName["add"].Params[1].Required)
	require.Equal(t, snakepit.DefaultPool, byName["add"].Pool)
}

// scopes counts how often an adapter is made, by how it remembers its calls.
func (s *suite) scopes(t *testing.T) {
	counts := func(on executor) []any {
		return []any{execute(t, on, "count_calls", nil), execute(t, on, "count_calls", nil)}
	}
	for scope, want := range map[string][2][]any{ // in two sessions
		"Face":       {{int64(1), int64(2)}, {int64(3), int64(4)}},
		"PerCall":    {{int64(1), int64(1)}, {int64(1), int64(1)}},
		"PerSession": {{int64(1), int64(2)}, {int64(1), int64(2)}},
		"PerPool":    {{int64(1), int64(2)}, {int64(3), int64(4)}},
	} {
		t.Run(scope, func(t *testing.T) {
			rt := s.open(t, "face:"+scope, snakepit.PoolConfig{Workers: 1})
			one, two := rt.Session("one"), rt.Session("two")
			require.Equal(t, want[0], counts(one))
			require.Equal(t, want[1], counts(two))
			require.NoError(t, one.Close())
			require.NoError(t, two.Close())
		})
	}
}

func (s *suite) hooks(t *testing.T) {
	rt := s.open(t, "face:Hooks", snakepit.PoolConfig{Workers: 1})
	log := t.TempDir() + "/log"
	session := rt.Session("s")
	want := []any{"initialize", "session s"}
	require.Equal(t, want, execute(t, session, "read", snakepit.Args{"path": log}))
	require.Equal(t, want, execute(t, session, "read", snakepit.Args{"path": log}))
	require.NoFileExists(t, log)
	require.NoError(t, session.Close())
	require.Equal(t, "cleanup\nclose\n", read(t, log))
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(b)
}

func (s *suite) sessions(t *testing.T) {
	t.Run("Seen", s.sessionSeen)
	t.Run("State", s.sessionState)
	t.Run("Objects", s.sessionObjects)
	t.Run("Closed", s.sessionClosed)
	t.Run("Bind", s.sessionBind)
}

func (s *suite) sessionSeen(t *testing.T) {
	rt := s.face(t, 2)
	session := rt.Session("user-42", snakepit.SessionOptions{Metadata: map[string]string{"tier": "gold"}})
	ctx, cancel := context.WithTimeout(snakepit.WithMetadata(t.Context(), map[string]string{"request": "7"}), time.Minute)
	defer cancel()
	v, err := session.Execute(ctx, "who", nil)
	require.NoErrorf(t, err, "%+v", err)
	seen := v.(map[string]any)
	require.Equal(t, "user-42", seen["session"])
	require.Equal(t, "user-42", seen["self"])
	require.Equal(t, map[string]any{"tier": "gold", "request": "7"}, seen["metadata"])
	require.InDelta(t, 60, seen["remaining"], 30)
	require.Equal(t, "user-42", execute(t, session, "who_later", nil))

	outside := execute(t, rt, "who", nil).(map[string]any)
	require.Equal(t, "", outside["session"])
	require.Nil(t, outside["remaining"])
	require.Empty(t, outside["metadata"])
}

func (s *suite) sessionState(t *testing.T) {
	rt := s.face(t, 2)
	one, two := rt.Session("one"), rt.Session("two")
	require.Nil(t, execute(t, one, "remember", snakepit.Args{"key": "k", "value": 1}))
	require.Nil(t, execute(t, two, "remember", snakepit.Args{"key": "k", "value": 2}))
	require.Equal(t, int64(1), execute(t, one, "remember", snakepit.Args{"key": "k", "value": 3}))
	require.Equal(t, int64(2), execute(t, two, "remember", snakepit.Args{"key": "k"}))

	ended := t.TempDir() + "/ended"
	execute(t, one, "keep_tracked", snakepit.Args{"ended": ended})
	require.NoFileExists(t, ended)
	require.NoError(t, one.Close())
	harness.Eventually(t, "what the session kept is released", func() bool {
		said, err := os.ReadFile(ended)
		return err == nil && string(said) == "released\n"
	})
	require.Nil(t, execute(t, rt.Session("one"), "remember", snakepit.Args{"key": "k"}), "a new session has a new state")
}

func (s *suite) sessionObjects(t *testing.T) {
	rt := s.face(t, 1)
	session := rt.Session("s")
	o, ok := execute(t, session, "make_object", nil).(*snakepit.Object)
	if !ok {
		t.Skip("objects do not stay in Python in this profile")
	}
	_, err := o.Repr(t.Context())
	require.NoError(t, err)
	require.NoError(t, session.Close())
	_, err = o.Repr(t.Context())
	require.Error(t, err, "it was released with its session")
}

func (s *suite) sessionClosed(t *testing.T) {
	rt := s.face(t, 1)
	session := rt.Session("s")
	execute(t, session, "ping", nil)
	require.NoError(t, session.Close())
	require.NoError(t, session.Close())
	_, err := session.Execute(t.Context(), "ping", nil)
	require.ErrorIs(t, err, snakepit.ErrSessionClosed)
	execute(t, rt.Session("s"), "ping", nil)
}

func (s *suite) sessionBind(t *testing.T) {
	rt := s.face(t, 1)
	session := rt.Session("bound")
	who, err := snakepit.Bind[struct{}, struct{ Session string }](session, "who")
	require.NoError(t, err)
	seen, err := who(t.Context(), struct{}{})
	require.NoError(t, err)
	require.Equal(t, "bound", seen.Session)
}

// Go tools.

type tokenizeIn struct {
	Text string `py:"text"`
}

var errSentinel = errors.New("the sentinel")

type fromCaller struct{}

func tokenize(_ context.Context, in tokenizeIn) ([]string, error) {
	return strings.Fields(in.Text), nil
}

func goTools() []tool.Tool {
	type any1 struct {
		V any `py:"v"`
	}
	return []tool.Tool{
		tool.New("tokenize", "split text", tokenize),
		tool.New("echo", "gives back", func(_ context.Context, in any1) (any, error) { return in.V, nil }),
		tool.New("open", "takes all", func(_ context.Context, in map[string]any) (any, error) { return in, nil }),
		tool.New("fails", "", func(context.Context, struct{}) (any, error) { return nil, fmt.Errorf("wrapped: %w", errSentinel) }),
		tool.New("panics", "", func(context.Context, struct{}) (any, error) { panic("oops") }),
		tool.New("asks", "", func(ctx context.Context, _ struct{}) (any, error) {
			_, dead := ctx.Deadline()
			return []any{ctx.Value(fromCaller{}), dead}, nil
		}),
	}
}

// withTools opens the adapter with Go tools.
func (s *suite) withTools(t *testing.T, workers int, more ...tool.Tool) *snakepit.Runtime {
	t.Helper()
	rt, err := s.tryOpen(s.adapter, snakepit.PoolConfig{Workers: workers}, append(goTools(), more...)...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, rt.Close()) })
	return rt
}

func (s *suite) goTools(t *testing.T) {
	t.Run("Forms", s.toolForms)
	t.Run("Values", s.toolValues)
	t.Run("Errors", s.toolErrors)
	t.Run("Context", s.toolContext)
	t.Run("Register", s.toolRegister)
	t.Run("Reentrant", s.toolReentrant)
	t.Run("Nested", s.toolNested)
}

func (s *suite) toolForms(t *testing.T) {
	rt := s.withTools(t, 1)
	args := snakepit.Args{"name": "tokenize", "args": map[string]any{"text": "a b"}}
	for _, form := range []string{"ask", "ask_attribute", "ask_later", "ask_in_thread"} {
		require.Equal(t, []any{"a", "b"}, execute(t, rt, form, args), form)
	}
	words := []any{"a", "b"}
	want := snakepit.Tuple{words, words, "tokenize", "split text"}
	require.Equal(t, want, execute(t, rt, "ask_imported", snakepit.Args{"text": "a b"}))
	require.Subset(t, execute(t, rt, "known_tools", nil), []any{"tokenize", "echo", "fails"})
}

func (s *suite) toolValues(t *testing.T) {
	rt := s.withTools(t, 1)
	for _, v := range []any{"text", int64(7), nil, true, 1.5, []any{"a", int64(1)}, map[string]any{"k": []any{nil}}, []byte("b"), snakepit.Tuple{int64(1)}} {
		got := execute(t, rt, "ask", snakepit.Args{"name": "echo", "args": map[string]any{"v": v}})
		requireSame(t, v, got)
	}
	open := map[string]any{"one": int64(1), "two": "2"}
	require.Equal(t, open, execute(t, rt, "ask", snakepit.Args{"name": "open", "args": open}))
}

func (s *suite) toolErrors(t *testing.T) {
	rt := s.withTools(t, 1)
	ask := func(name string, args map[string]any) error {
		_, err := rt.Execute(t.Context(), "ask", snakepit.Args{"name": name, "args": args})
		require.Error(t, err)
		return err
	}
	err := ask("fails", map[string]any{})
	require.ErrorIs(t, err, errSentinel)
	require.Equal(t, "HostToolError", pythonError(t, err, "HostToolError").Type)
	caught := execute(t, rt, "ask_and_catch", snakepit.Args{"name": "fails", "args": map[string]any{}})
	require.Equal(t, "fails: wrapped: the sentinel", caught)

	err = ask("panics", map[string]any{})
	require.ErrorContains(t, err, "oops")
	require.ErrorContains(t, err, "face.go", "the Go stack")
	execute(t, rt, "ping", nil)

	pythonError(t, ask("tokenize", map[string]any{"txt": "a"}), "TypeError")
	var wrong *snakepit.ValidationError
	require.ErrorAs(t, ask("tokenize", map[string]any{"text": 7}), &wrong)
	require.Equal(t, "tokenize", wrong.Tool)
	require.Contains(t, wrong.Path, "text")
	require.ErrorContains(t, ask("absent", map[string]any{}), "absent")
}

func (s *suite) toolContext(t *testing.T) {
	rt := s.withTools(t, 1)
	ctx, cancel := context.WithTimeout(context.WithValue(t.Context(), fromCaller{}, "mine"), time.Minute)
	defer cancel()
	for _, form := range []string{"ask", "ask_later", "ask_in_thread"} {
		v, err := rt.Execute(ctx, form, snakepit.Args{"name": "asks", "args": map[string]any{}})
		require.NoErrorf(t, err, "%+v", err)
		require.Equal(t, []any{"mine", true}, v, form)
	}
}

func (s *suite) toolRegister(t *testing.T) {
	rt := s.withTools(t, 1)
	require.ErrorIs(t, rt.RegisterTool(tool.New("tokenize", "", tokenize)), snakepit.ErrToolExists)
	require.Error(t, rt.RegisterTool(tool.New("not a name", "", tokenize)))
	require.NoError(t, rt.RegisterTool(tool.New("late", "", tokenize)))
	args := snakepit.Args{"name": "late", "args": map[string]any{"text": "x"}}
	require.Equal(t, []any{"x"}, execute(t, rt, "ask", args))

	one, two := rt.Session("one"), rt.Session("two")
	own := func(_ context.Context, in tokenizeIn) (string, error) { return "one's " + in.Text, nil }
	require.NoError(t, one.RegisterTool(tool.New("own", "", own)))
	require.NoError(t, one.RegisterTool(tool.New("late", "", own)))
	args["name"] = "own"
	require.Equal(t, "one's x", execute(t, one, "ask", args))
	for _, other := range []executor{two, rt} {
		_, err := other.Execute(t.Context(), "ask", args)
		require.Error(t, err, "a session's tool is its own")
	}
	args["name"] = "late"
	require.Equal(t, "one's x", execute(t, one, "ask", args))
	require.Equal(t, []any{"x"}, execute(t, two, "ask", args))
}

// toolReentrant goes Go, Python, Go, Python and so on to a depth, from many goroutines
// on fewer workers than goroutines.
func (s *suite) toolReentrant(t *testing.T) {
	const depth, goroutines = 64, 16
	for _, form := range []string{"down", "down_later"} {
		t.Run(form, func(t *testing.T) {
			var rt *snakepit.Runtime
			deeper := func(ctx context.Context, in struct {
				N int `py:"n"`
			},
			) (int64, error) {
				if in.N == 0 {
					return 0, nil
				}
				v, err := rt.Execute(ctx, form, snakepit.Args{"n": in.N - 1})
				if err != nil {
					return 0, err
				}
				return v.(int64) + 1, nil
			}
			rt = s.withTools(t, 2, tool.New("deeper", "", deeper), tool.New("deeper_later", "", deeper))
			var all sync.WaitGroup
			for range goroutines {
				all.Go(func() {
					v, err := rt.Execute(context.Background(), form, snakepit.Args{"n": depth})
					if err != nil || v != int64(depth) {
						t.Errorf("%v, %+v", v, err)
					}
				})
			}
			all.Wait()
		})
	}
}

// toolNested has a tool call its pool from several goroutines, and iterate over a
// stream meanwhile, while its own call holds the only worker.
func (s *suite) toolNested(t *testing.T) {
	var rt *snakepit.Runtime
	fan := func(ctx context.Context, _ struct{}) (int, error) {
		var all sync.WaitGroup
		sums := make([]int64, 4)
		for i := range sums {
			all.Go(func() {
				v, err := rt.Execute(ctx, "add", snakepit.Args{"a": i})
				if err == nil {
					sums[i] = v.(int64)
				}
			})
		}
		all.Wait()
		total := 0
		for item, err := range rt.Stream(ctx, "numbers", snakepit.Args{"n": 3}) {
			if err != nil {
				return 0, err
			}
			v, err := rt.Execute(ctx, "add", snakepit.Args{"a": item})
			if err != nil {
				return 0, err
			}
			total += int(v.(int64))
		}
		short, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		if _, err := rt.Execute(short, "ping", nil); err != nil {
			return 0, err
		}
		for _, s := range sums {
			total += int(s)
		}
		return total, nil
	}
	rt = s.withTools(t, 1, tool.New("fan", "", fan))
	for _, ctx := range []context.Context{context.Background(), t.Context()} {
		v, err := rt.Execute(ctx, "ask", snakepit.Args{"name": "fan", "args": map[string]any{}})
		require.NoErrorf(t, err, "%+v", err)
		require.Equal(t, int64(1+2+3+4+1+2+3), v)
	}
}

// parallel is what was promised of workers and never held before: see the end of the
// first part of the specification.
func (s *suite) parallel(t *testing.T) {
	if runtime.NumCPU() < 2 {
		t.Skip("needs two cores: a probe cannot run beside a loop on one")
	}
	const n = 8
	rt := s.face(t, n)
	var all sync.WaitGroup
	start := time.Now()
	for range n {
		all.Go(func() {
			if _, err := rt.Execute(t.Context(), "sleep", snakepit.Args{"seconds": 0.5}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	require.Less(t, time.Since(start), 1500*time.Millisecond, "%d sleeps of 0.5 s on %d workers", n, n)
	harness.FreeThreaded(t) // a GIL is handed over every 5 ms at best
	busy := make(chan error, 1)
	go func() {
		_, err := rt.Execute(t.Context(), "spin", snakepit.Args{"seconds": 0.5})
		busy <- err
	}()
	best := time.Hour
	for range 50 {
		at := time.Now()
		require.Equal(t, "pong", execute(t, rt, "ping", nil))
		best = min(best, time.Since(at))
	}
	require.Less(t, best, 10*time.Millisecond)
	require.NoError(t, <-busy)
}
