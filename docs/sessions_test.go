package docs_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
)

func TestSessions(t *testing.T) {
	rt := open(t, "cart:Cart", snakepit.Config{})
	ctx := ctx0

	s := rt.Session("user-42", snakepit.SessionOptions{Metadata: map[string]string{"tier": "gold"}})
	n, err := s.Execute(ctx, "add", snakepit.Args{"item": "lamp"})
	require.NoError(t, err)
	require.EqualValues(t, 1, n)

	ctx = snakepit.WithMetadata(ctx, map[string]string{"request": "7"})
	about, err := s.Execute(ctx, "about", nil)
	require.NoError(t, err)
	require.Equal(t, map[string]any{"who": "user-42", "tier": "gold", "left": nil}, about)
}

// TestSessionAffinities is the table of what a strict session does.
func TestSessionAffinities(t *testing.T) {
	require.NotEqual(t, snakepit.AffinityHint, snakepit.AffinityStrictQueue)
	require.NotEqual(t, snakepit.AffinityStrictQueue, snakepit.AffinityStrictFailFast)
	rt := open(t, "cart:Cart", snakepit.Config{SessionTTL: time.Minute, MaxSessions: 1})
	_, err := rt.Session("first").Execute(ctx0, "add", snakepit.Args{"item": "lamp"})
	require.NoError(t, err)
	_, err = rt.Session("second").Execute(ctx0, "add", snakepit.Args{"item": "lamp"})
	require.ErrorIs(t, err, snakepit.ErrSessionQuota)
}
