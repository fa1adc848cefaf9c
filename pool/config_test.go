package pool_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/pool"
)

func TestNewNamesTheWrongField(t *testing.T) {
	for _, slots := range []int{0, -1, 1<<20 + 1} {
		_, err := pool.New(pool.Config{Slots: slots})
		require.ErrorContains(t, err, "pool.Config.Slots is", "%d slots", slots)
		require.ErrorContains(t, err, "1 to 1048576")
	}
}

func TestNewAcceptsEveryLimit(t *testing.T) {
	for _, limit := range []int{-1, 0, 1} {
		for _, timeout := range []time.Duration{-1, 0, 1} {
			_, err := pool.New(pool.Config{Slots: 1, QueueLimit: limit, QueueTimeout: timeout})
			require.NoError(t, err)
		}
	}
}
