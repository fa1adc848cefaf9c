package threadprofile_test

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
	"github.com/gosnakepit/snakepit/profile/profiletest"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/threadprofile"
	"github.com/gosnakepit/snakepit/tool"
)

// deed is one thing that a program does with the adapter of the conformance suite; it
// returns what is wrong.
type deed struct {
	name  string
	share int // of the calls of a leak test, one in so many
	do    func(rt *snakepit.Runtime, n int) error
}

var errFlaky = errors.New("flaky")

// openDeeds opens the suite's adapter with the Go tools that the deeds call.
func openDeeds(t testing.TB, workers int) *snakepit.Runtime {
	t.Helper()
	harness.Python(t)
	c := threadprofile.Config{Adapter: "face:Face", Path: []string{profiletest.Modules(t)}}
	rt := openWith(t, c, snakepit.PoolConfig{Workers: workers})
	type text struct{ Text string }
	type depth struct{ N int }
	for _, made := range []tool.Tool{
		tool.New("tokenize", "", func(_ context.Context, in text) ([]string, error) { return strings.Fields(in.Text), nil }),
		tool.New("flaky", "", func(context.Context, struct{}) (int, error) { return 0, errFlaky }),
		tool.New("deeper", "", func(ctx context.Context, in depth) (int64, error) {
			if in.N == 0 {
				return 0, nil
			}
			v, err := rt.Execute(ctx, "down", snakepit.Args{"n": in.N - 1})
			below, _ := v.(int64)
			return below + 1, err
		}),
	} {
		require.NoError(t, rt.RegisterTool(made))
	}
	return rt
}

// executes wants a tool to return a value.
func executes(on interface {
	Execute(context.Context, string, snakepit.Args) (any, error)
}, wanted any, name string, args snakepit.Args,
) error {
	v, err := on.Execute(ctx0, name, args)
	return want(fmt.Sprint(v) == fmt.Sprint(wanted), err)
}

var words = snakepit.Args{"name": "tokenize", "args": map[string]any{"text": "a b"}}

var deeds = []deed{
	{"tool", 1, func(rt *snakepit.Runtime, n int) error {
		return executes(rt, n+1, "add", snakepit.Args{"a": n})
	}},
	{"coroutine", 20, func(rt *snakepit.Runtime, n int) error {
		return executes(rt, n+2, "add_later", snakepit.Args{"a": n, "b": 2})
	}},
	{"dataclass", 10, func(rt *snakepit.Runtime, _ int) error {
		return executes(rt, 5.0, "distance", snakepit.Args{"to": map[string]any{"x": 3, "y": 4}})
	}},
	{"refused", 10, func(rt *snakepit.Runtime, _ int) error {
		_, err := rt.Execute(ctx0, "add", snakepit.Args{"a": "x"})
		return want(errors.As(err, new(*snakepit.ValidationError)), nil)
	}},
	{"state", 10, func(rt *snakepit.Runtime, n int) error {
		_, err := rt.Session(fmt.Sprint("user", n%20)).Execute(ctx0, "remember", snakepit.Args{"key": "k", "value": n})
		return err
	}},
	{"session", 40, func(rt *snakepit.Runtime, _ int) error {
		s := rt.Session(fmt.Sprint("once", sessionNumber.Add(1)))
		own := tool.New("own", "", func(context.Context, struct{}) (string, error) { return "mine", nil })
		if err := s.RegisterTool(own); err != nil {
			return err
		}
		if _, err := s.Execute(ctx0, "make_object", nil); err != nil { // released with the session
			return err
		}
		return errors.Join(executes(s, "mine", "ask", snakepit.Args{"name": "own", "args": map[string]any{}}), s.Close())
	}},
	{"Go tool", 10, func(rt *snakepit.Runtime, _ int) error { return executes(rt, []string{"a", "b"}, "ask", words) }},
	{"Go tool awaited", 30, func(rt *snakepit.Runtime, _ int) error { return executes(rt, []string{"a", "b"}, "ask_later", words) }},
	{"Go tool in a thread", 100, func(rt *snakepit.Runtime, _ int) error {
		return executes(rt, []string{"a", "b"}, "ask_in_thread", words)
	}},
	{"Go error", 50, func(rt *snakepit.Runtime, _ int) error {
		_, err := rt.Execute(ctx0, "ask", snakepit.Args{"name": "flaky", "args": map[string]any{}})
		return want(errors.Is(err, errFlaky), nil)
	}},
	{"to and fro", 100, func(rt *snakepit.Runtime, n int) error {
		return executes(rt, n%8, "down", snakepit.Args{"n": n % 8})
	}},
	{"stream", 50, func(rt *snakepit.Runtime, n int) error {
		sum, err := total(snakepit.StreamOf[int](ctx0, rt, "numbers", snakepit.Args{"n": n % 40}), -1)
		return want(sum == (n%40)*(n%40-1)/2, err)
	}},
	{"stream broken off", 50, func(rt *snakepit.Runtime, n int) error {
		_, err := total(snakepit.StreamOf[int](ctx0, rt, "numbers", snakepit.Args{"n": 1 << 30}), n%40)
		return err
	}},
	{"stream cancelled", 100, func(rt *snakepit.Runtime, n int) error {
		ctx, cancel := context.WithTimeout(ctx0, time.Duration(n%300)*time.Microsecond)
		defer cancel()
		_, err := total(snakepit.StreamOf[int](ctx, rt, "numbers_later", snakepit.Args{"n": 1 << 30}), -1)
		return want(errors.Is(err, context.DeadlineExceeded) || errors.Is(err, snakepit.ErrSaturated), nil)
	}},
	{"stream to stream", 100, func(rt *snakepit.Runtime, _ int) error {
		in := slices.Values([]int{1, 2, 3})
		sum, err := total(snakepit.StreamOf[int](ctx0, rt, "double", snakepit.Args{"numbers": in}), -1)
		return want(sum == 12, err)
	}},
	{"iterator left unread", 100, func(rt *snakepit.Runtime, _ int) error {
		in := slices.Values([]int{1, 2, 3})
		return executes(rt, 3, "total", snakepit.Args{"numbers": in, "limit": 2})
	}},
}

// total adds up a stream, or the first items of it.
func total(items func(func(int, error) bool), limit int) (sum int, err error) {
	i := 0
	for n, err := range items {
		if err != nil || i == limit {
			return sum, err
		}
		sum += n
		i++
	}
	return sum, nil
}
