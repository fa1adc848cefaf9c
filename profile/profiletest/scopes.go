package profiletest

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
)

// scopes counts how often an adapter is made, by how it remembers its calls.
func (s *suite) scopes(t *testing.T) {
	counts := func(on executor) []any {
		return []any{execute(t, on, "count_calls", nil), execute(t, on, "count_calls", nil)}
	}
	for scope, want := range map[string][2][]any{ // in two sessions
		"Face":       {{int64(1), int64(2)}, {int64(3), int64(4)}},
		"PerCall":    {{int64(1), int64(1)}, {int64(1), int64(1)}},
		"PerSession": {{int64(1), int64(2)}, {int64(1), int64(2)}},
		"PerPool":    {{int64(1), int64(2)}, {int64(3), int64(4)}},
	} {
		t.Run(scope, func(t *testing.T) {
			rt := s.open(t, "face:"+scope, snakepit.PoolConfig{Workers: 1})
			one, two := rt.Session("one"), rt.Session("two")
			require.Equal(t, want[0], counts(one))
			require.Equal(t, want[1], counts(two))
			require.NoError(t, one.Close())
			require.NoError(t, two.Close())
		})
	}
}

func (s *suite) hooks(t *testing.T) {
	rt := s.open(t, "face:Hooks", snakepit.PoolConfig{Workers: 1})
	log := t.TempDir() + "/log"
	session := rt.Session("s")
	want := []any{"initialize", "session s"}
	require.Equal(t, want, execute(t, session, "read", snakepit.Args{"path": log}))
	require.Equal(t, want, execute(t, session, "read", snakepit.Args{"path": log}))
	require.NoFileExists(t, log)
	require.NoError(t, session.Close())
	require.Equal(t, "cleanup\nclose\n", read(t, log))
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(b)
}
