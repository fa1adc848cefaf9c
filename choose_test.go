package snakepit_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile"
)

func TestStatsSayWhatWasChosen(t *testing.T) {
	first := &fake{openErr: fmt.Errorf("%w: nothing here", profile.ErrUnavailable)}
	rt, err := snakepit.Open(context.Background(), snakepit.Config{
		Logger: slog.New(slog.DiscardHandler),
		Pools: []snakepit.PoolConfig{
			{Name: "chosen", Profile: profile.Fallback(first, &fake{})},
			{Name: "plain", Profile: &fake{}},
		},
	})
	require.NoError(t, err)
	defer rt.Close()
	s := rt.Stats().Pools["chosen"].Python
	require.Equal(t, "fake", s.Chosen)
	require.Equal(t, "nothing here", s.Reason)
	require.Empty(t, rt.Stats().Pools["plain"].Python.Chosen)
}
