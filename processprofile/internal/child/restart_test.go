package child_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/gosnakepit/snakepit/processprofile/internal/child"
)

func TestBackoff(t *testing.T) {
	b := child.Backoff{Min: 100 * time.Millisecond, Max: time.Second, Factor: 3}
	var waits []time.Duration
	for attempt := range 4 {
		waits = append(waits, b.Delay(attempt, 0.9))
	}
	require.Equal(t, []time.Duration{100 * time.Millisecond, 300 * time.Millisecond, 900 * time.Millisecond, time.Second}, waits)
	require.Equal(t, time.Second, b.Delay(100_000, 0))

	b.Jitter = 0.5
	require.Equal(t, 100*time.Millisecond, b.Delay(0, 0))
	require.Equal(t, 75*time.Millisecond, b.Delay(0, 0.5))
	require.Zero(t, child.Backoff{}.Delay(100_000, 0.5))
	require.Equal(t, 2*time.Second, child.Backoff{Min: time.Second, Max: time.Minute}.Delay(1, 0))
}

func TestBudget(t *testing.T) {
	b := child.Budget{Restarts: 2, Within: 5 * time.Second}
	begin := time.Unix(1000, 0)
	at := func(seconds int) time.Time { return begin.Add(time.Duration(seconds) * time.Second) }
	require.True(t, b.Spend(at(0)))
	require.Equal(t, 1, b.Left(at(1)))
	require.Zero(t, b.Wait(at(1)))
	require.True(t, b.Spend(at(2)))
	require.False(t, b.Spend(at(4)))
	require.Equal(t, time.Second, b.Wait(at(4)))
	require.True(t, b.Spend(at(5)))
	require.False(t, b.Spend(at(6)))
	require.Equal(t, 2, b.Left(at(100)))

	none := child.Budget{Within: time.Minute}
	require.False(t, none.Spend(begin))
	require.Equal(t, time.Minute, none.Wait(begin))
}

func TestABudgetIsNeverOverspent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := child.Budget{Restarts: rapid.IntRange(0, 5).Draw(t, "restarts"), Within: time.Duration(rapid.IntRange(1, 50).Draw(t, "within"))}
		now := time.Unix(0, 0)
		var spent []time.Time
		for _, step := range rapid.SliceOf(rapid.IntRange(0, 20)).Draw(t, "steps") {
			now = now.Add(time.Duration(step))
			within := 0
			for _, s := range spent {
				if now.Sub(s) < b.Within {
					within++
				}
			}
			if got := b.Spend(now); got != (within < b.Restarts) {
				t.Fatalf("%d of %d spent, another one: %v", within, b.Restarts, got)
			} else if got {
				spent = append(spent, now)
			}
		}
	})
}
