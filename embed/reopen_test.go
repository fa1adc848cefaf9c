package embed_test

import (
	"bytes"
	"context"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/threadprofile"
)

// odd is a writer that cannot be compared.
type odd struct{ parts []io.Writer }

func (o odd) Write(p []byte) (int, error) { return o.parts[0].Write(p) }

// TestReopenTakesTheNewWriters closes a runtime and opens one that writes elsewhere;
// a stream that Python code kept follows. Two at a time must agree.
func TestReopenTakesTheNewWriters(t *testing.T) {
	harness.Python(t)
	var first, second bytes.Buffer
	print := func(w io.Writer, source string) {
		rt, err := snakepit.Open(context.Background(), snakepit.Config{Pools: []snakepit.PoolConfig{{
			Profile: threadprofile.New(threadprofile.Config{Stdout: w}),
		}}})
		require.NoError(t, err)
		defer func() { require.NoError(t, rt.Close()) }()
		require.NoError(t, rt.Exec(context.Background(), "reopen", source))
		_, err = snakepit.Open(context.Background(), snakepit.Config{Pools: []snakepit.PoolConfig{{
			Profile: threadprofile.New(threadprofile.Config{Stdout: odd{[]io.Writer{w}}}),
		}}})
		require.ErrorContains(t, err, "another runtime set them first")
	}
	print(&first, "import sys, json; json.kept = sys.stdout; print('one')")
	print(odd{[]io.Writer{&second}}, "import json; print('two', file=json.kept)")
	require.Equal(t, "one\n", first.String())
	require.Equal(t, "two\n", second.String())
}
