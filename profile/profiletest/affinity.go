package profiletest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

// affinity checks where the calls of a session run. Instances of session scope count
// their calls: where workers share no module, one on another worker starts at one again.
func (s *suite) affinity(t *testing.T) {
	t.Run("Stays", s.affinityStays)
	t.Run("Hint", s.affinityHint)
	t.Run("StrictQueue", s.affinityQueue)
	t.Run("StrictFailFast", s.affinityFailFast)
	t.Run("PerPool", s.affinityPerPool)
}

func (s *suite) homes(t *testing.T, affinity snakepit.Affinity) (*snakepit.Runtime, *snakepit.Session) {
	t.Helper()
	rt := s.open(t, "face:PerSession", snakepit.PoolConfig{Workers: 2, Affinity: affinity})
	session := rt.Session("at home")
	require.Equal(t, int64(1), execute(t, session, "count_calls", nil))
	return rt, session
}

var affinities = []snakepit.Affinity{snakepit.AffinityHint, snakepit.AffinityStrictQueue, snakepit.AffinityStrictFailFast}

func (s *suite) affinityStays(t *testing.T) {
	for _, affinity := range affinities {
		rt, session := s.homes(t, affinity)
		for n := range 10 {
			execute(t, rt, "ping", nil)
			require.Equal(t, int64(n+2), execute(t, session, "count_calls", nil))
		}
		require.NoError(t, session.Close())
		require.Equal(t, int64(1), execute(t, rt.Session("at home"), "count_calls", nil), "a new session is bound anew")
	}
}

func (s *suite) affinityHint(t *testing.T) {
	rt, session := s.homes(t, snakepit.AffinityHint)
	h := hold(t, session, context.Background())
	execute(t, session, "count_calls", nil) // on the other worker
	require.Equal(t, 1, calls(rt).InUse, "its own is still busy")
	h.finish(t)
}

func (s *suite) affinityQueue(t *testing.T) {
	rt, session := s.homes(t, snakepit.AffinityStrictQueue)
	h := hold(t, session, context.Background())
	counted := make(chan any, 1)
	go func() {
		v, err := session.Execute(context.Background(), "count_calls", nil)
		if err != nil {
			v = err
		}
		counted <- v
	}()
	harness.Eventually(t, "it waits in line", func() bool { return calls(rt).Queued == 1 })
	execute(t, rt, "ping", nil) // the other worker serves others meanwhile
	require.Empty(t, counted)
	h.finish(t)
	require.Equal(t, int64(2), <-counted)
}

func (s *suite) affinityFailFast(t *testing.T) {
	_, session := s.homes(t, snakepit.AffinityStrictFailFast)
	h := hold(t, session, context.Background())
	_, err := session.Execute(t.Context(), "count_calls", nil)
	require.ErrorIs(t, err, snakepit.ErrWorkerBusy)
	require.True(t, snakepit.SafeToRetry(err))
	h.finish(t)
	require.Equal(t, int64(2), execute(t, session, "count_calls", nil))
}

// affinityPerPool has a session that is busy in one pool work in another.
func (s *suite) affinityPerPool(t *testing.T) {
	strict := func(name string) snakepit.PoolConfig {
		return snakepit.PoolConfig{
			Name: name, Profile: s.maker("face:PerSession", s.folder), Workers: 2, Affinity: snakepit.AffinityStrictFailFast,
		}
	}
	rt, err := snakepit.Open(ctx0, snakepit.Config{Pools: []snakepit.PoolConfig{strict("a"), strict("b")}})
	require.NoError(t, err)
	defer func() { require.NoError(t, rt.Close()) }()
	session := rt.Session("in both")
	require.Equal(t, int64(1), execute(t, session, "count_calls", nil))
	h := hold(t, session, context.Background())
	for n := range 3 {
		require.Equal(t, int64(n+1), execute(t, session.Pool("b"), "count_calls", nil))
	}
	h.finish(t)
}
