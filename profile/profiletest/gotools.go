package profiletest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/tool"
)

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
	require.Equal(t, words, execute(t, rt, "ask_in_bare_thread", snakepit.Args{"text": "a b"}))
	require.Equal(t, slices.Repeat([]any{words}, 8), execute(t, rt, "ask_in_pool", args))
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
	_, err = rt.Execute(t.Context(), "ask_in_pool", snakepit.Args{"name": "fails", "args": map[string]any{}})
	require.ErrorIs(t, err, errSentinel, "raised on a thread of Python's")
	_, err = rt.Execute(t.Context(), "ask_later", snakepit.Args{"name": "fails", "args": map[string]any{}})
	require.ErrorIs(t, err, errSentinel, "raised in a coroutine")
	_, err = rt.Execute(t.Context(), "ask_and_raise_another", snakepit.Args{"name": "fails"})
	require.ErrorIs(t, err, errSentinel, "the cause of another exception")
	pythonError(t, err, "RuntimeError")
	caught := execute(t, rt, "ask_and_catch", snakepit.Args{"name": "fails", "args": map[string]any{}})
	require.Equal(t, "fails: wrapped: the sentinel", caught)

	err = ask("panics", map[string]any{})
	require.ErrorContains(t, err, "oops")
	require.ErrorContains(t, err, "gotools.go", "the Go stack")
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
	for _, name := range []string{"", "not a name", strings.Repeat("x", 65)} {
		require.Error(t, rt.RegisterTool(tool.New(name, "", tokenize)))
	}
	require.NoError(t, rt.RegisterTool(tool.New(strings.Repeat("x", 64), "", tokenize)))
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

	require.Subset(t, execute(t, one, "known_tools", nil), []any{"own", "late", "tokenize"})
	require.NotContains(t, execute(t, two, "known_tools", nil), "own")
	require.NoError(t, one.Close())
	require.ErrorIs(t, one.RegisterTool(tool.New("after", "", own)), snakepit.ErrSessionClosed)
	again := rt.Session("one")
	require.NotContains(t, execute(t, again, "known_tools", nil), "own", "tools go with their session")
	require.NoError(t, again.RegisterTool(tool.New("own", "", own)))
}
