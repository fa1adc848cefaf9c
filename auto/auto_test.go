package auto_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/auto"
	"github.com/gosnakepit/snakepit/processprofile"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/provision/locate"
)

// needsProcess skips where no Python can be a child, or fails where one must.
func needsProcess(t *testing.T) {
	t.Helper()
	if _, _, err := locate.FindProcess(t.Context(), locate.ProcessOptions{}); err != nil {
		if os.Getenv("SNAKEPIT_TEST_PYTHON") == "required" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
}

// modules are a folder with these modules.
func modules(t *testing.T, texts map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range texts {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name+".py"), []byte(text), 0o600))
	}
	return dir
}

// chosen opens a runtime and returns what its stats and its log say.
func chosen(t *testing.T, c auto.Config) (profile.Stats, string) {
	t.Helper()
	var log bytes.Buffer
	rt, err := snakepit.Open(t.Context(), snakepit.Config{
		Logger: slog.New(slog.NewTextHandler(&log, nil)), Pools: []snakepit.PoolConfig{{Profile: auto.New(c)}},
	})
	require.NoError(t, err)
	defer func() { require.NoError(t, rt.Close()) }()
	if c.Adapter != "" {
		said, err := rt.Execute(t.Context(), "greet", nil)
		require.NoError(t, err)
		require.Equal(t, "hello", said)
	}
	s := rt.Stats().Pools[snakepit.DefaultPool].Python
	require.Equal(t, s.Profile, s.Chosen)
	return s, log.String()
}

func TestWrongConfig(t *testing.T) {
	for field, p := range map[string]processprofile.Config{
		"Adapter": {Adapter: "x"}, "Path": {Path: []string{"x"}}, "Stdout": {Stdout: io.Discard}, "Stderr": {Stderr: io.Discard},
	} {
		_, err := auto.New(auto.Config{Process: p}).Open(t.Context(), profile.Spec{Logger: slog.New(slog.DiscardHandler)})
		require.ErrorContains(t, err, "auto.Config.Process."+field)
	}
}

// Where neither can be had, the error says so of both.
func TestNeither(t *testing.T) {
	c := auto.Config{ThreadPython: "/no/such/python", Process: processprofile.Config{Python: "/no/python/either"}}
	_, err := auto.New(c).Open(t.Context(), profile.Spec{Logger: slog.New(slog.DiscardHandler), Workers: 1})
	require.ErrorIs(t, err, profile.ErrUnavailable)
	require.ErrorContains(t, err, "/no/python/either")
}

// A context that ended is no reason for another profile.
func TestEndedContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := auto.New(auto.Config{}).Open(ctx, profile.Spec{Logger: slog.New(slog.DiscardHandler), Workers: 1})
	require.True(t, errors.Is(err, context.Canceled) || errors.Is(err, profile.ErrUnavailable), "got %v", err)
}
