package profiletest

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

// gate holds a call in Python until the test lets it go: a named pipe, which does
// for workers in this process and in others.
type gate struct {
	path string
	end  *os.File
}

func newGate(t *testing.T) *gate {
	t.Helper()
	g := &gate{path: filepath.Join(t.TempDir(), "gate")}
	require.NoError(t, syscall.Mkfifo(g.path, 0o600))
	return g
}

// entered waits until the call holds.
func (g *gate) entered(t *testing.T) {
	t.Helper()
	harness.Eventually(t, "a call at the gate", func() (open bool) {
		var err error
		g.end, err = os.OpenFile(g.path, os.O_WRONLY|syscall.O_NONBLOCK, 0)
		return err == nil // otherwise nobody reads yet
	})
}

// open lets the call go, which returns "opened".
func (g *gate) open(t *testing.T) {
	t.Helper()
	_, err := g.end.WriteString("opened")
	require.NoError(t, err)
	require.NoError(t, g.end.Close())
}

// held is a call that holds a worker.
type held struct {
	*gate
	ended chan error
}

// caller is a runtime, a pool or a session.
type caller interface {
	Call(ctx context.Context, target string, args ...any) (any, error)
}

// hold starts a call that holds a worker, and waits until it does.
func hold(t *testing.T, on caller, ctx context.Context) *held {
	t.Helper()
	h := &held{newGate(t), make(chan error, 1)}
	go func() {
		_, err := on.Call(ctx, "conformance:wait", h.path)
		h.ended <- err
	}()
	h.entered(t)
	return h
}

// finish lets the call go and wants it to succeed.
func (h *held) finish(t *testing.T) {
	t.Helper()
	h.open(t)
	require.NoError(t, <-h.ended)
}
