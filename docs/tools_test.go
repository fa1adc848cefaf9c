package docs_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/tool"
)

type tokenizeIn struct {
	Text string `py:"text" doc:"what to split"`
}

var tokenize = tool.New("tokenize", "split text into words",
	func(ctx context.Context, in tokenizeIn) ([]string, error) {
		return strings.Fields(in.Text), nil
	})

var errOverloaded = errors.New("too much to do")

var flaky = tool.New("flaky", "fails", func(context.Context, struct{}) (string, error) {
	return "", errOverloaded
})

func TestTools(t *testing.T) {
	rt := open(t, "asker:Asker", snakepit.Config{Tools: []tool.Tool{tokenize, flaky}})
	require.ErrorIs(t, rt.RegisterTool(tokenize), snakepit.ErrToolExists)
	words := []any{"a", "b"}
	for _, name := range []string{"imported", "awaited", "from_a_thread"} {
		got, err := rt.Execute(ctx0, name, snakepit.Args{"text": "a b"})
		require.NoError(t, err, name)
		require.Equal(t, words, got, name)
	}
	got, err := rt.Execute(ctx0, "by_name", snakepit.Args{"text": "a b"})
	require.NoError(t, err)
	require.Equal(t, []any{words, words}, got)
}

func TestToolErrors(t *testing.T) {
	rt := open(t, "asker:Asker", snakepit.Config{Tools: []tool.Tool{tokenize, flaky}})
	ctx := ctx0
	said, err := rt.Execute(ctx, "caught", nil)
	require.NoError(t, err)
	require.Equal(t, "flaky said: too much to do", said)

	_, err = rt.Execute(ctx, "not_caught", nil)
	if errors.Is(err, errOverloaded) {
		fmt.Println("the Go error came back")
	}
	require.ErrorIs(t, err, errOverloaded)
}
