package profiletest

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

func (s *suite) sessions(t *testing.T) {
	t.Run("Seen", s.sessionSeen)
	t.Run("State", s.sessionState)
	t.Run("Objects", s.sessionObjects)
	t.Run("Closed", s.sessionClosed)
	t.Run("Bind", s.sessionBind)
}

func (s *suite) sessionSeen(t *testing.T) {
	rt := s.face(t, 2)
	session := rt.Session("user-42", snakepit.SessionOptions{Metadata: map[string]string{"tier": "gold"}})
	ctx, cancel := context.WithTimeout(snakepit.WithMetadata(t.Context(), map[string]string{"request": "7"}), time.Minute)
	defer cancel()
	v, err := session.Execute(ctx, "who", nil)
	require.NoErrorf(t, err, "%+v", err)
	seen := v.(map[string]any)
	require.Equal(t, "user-42", seen["session"])
	require.Equal(t, "user-42", seen["self"])
	require.Equal(t, map[string]any{"tier": "gold", "request": "7"}, seen["metadata"])
	require.InDelta(t, 60, seen["remaining"], 30)
	require.Equal(t, "user-42", execute(t, session, "who_later", nil))

	outside := execute(t, rt, "who", nil).(map[string]any)
	require.Equal(t, "", outside["session"])
	require.Nil(t, outside["remaining"])
	require.Empty(t, outside["metadata"])
}

func (s *suite) sessionState(t *testing.T) {
	rt := s.face(t, 2)
	one, two := rt.Session("one"), rt.Session("two")
	require.Nil(t, execute(t, one, "remember", snakepit.Args{"key": "k", "value": 1}))
	require.Nil(t, execute(t, two, "remember", snakepit.Args{"key": "k", "value": 2}))
	require.Equal(t, int64(1), execute(t, one, "remember", snakepit.Args{"key": "k", "value": 3}))
	require.Equal(t, int64(2), execute(t, two, "remember", snakepit.Args{"key": "k"}))

	ended := t.TempDir() + "/ended"
	execute(t, one, "keep_tracked", snakepit.Args{"ended": ended})
	require.NoFileExists(t, ended)
	require.NoError(t, one.Close())
	harness.Eventually(t, "what the session kept is released", func() bool {
		said, err := os.ReadFile(ended)
		return err == nil && string(said) == "released\n"
	})
	require.Nil(t, execute(t, rt.Session("one"), "remember", snakepit.Args{"key": "k"}), "a new session has a new state")
}

// sessionExpiry looks at a session whose time is up before anything swept it: what it
// kept is released as if it had been closed.
func (s *suite) sessionExpiry(t *testing.T) {
	rt := s.open(t, "face:Face", snakepit.PoolConfig{Workers: 1})
	brief := func() *snakepit.Session {
		return rt.Session("brief", snakepit.SessionOptions{TTL: 50 * time.Millisecond})
	}
	session, ended := brief(), t.TempDir()+"/ended"
	execute(t, session, "keep_tracked", snakepit.Args{"ended": ended})
	harness.Eventually(t, "its time is up", func() bool { return session.Err() != nil })
	require.ErrorIs(t, session.Err(), snakepit.ErrSessionClosed)
	require.Nil(t, execute(t, brief(), "remember", snakepit.Args{"key": "tracked"}))
	harness.Eventually(t, "what it kept is released", func() bool {
		said, err := os.ReadFile(ended)
		return err == nil && string(said) == "released\n"
	})
}

func (s *suite) sessionObjects(t *testing.T) {
	rt := s.face(t, 1)
	session := rt.Session("s")
	o, ok := execute(t, session, "make_object", nil).(*snakepit.Object)
	if !ok {
		t.Skip("objects do not stay in Python in this profile")
	}
	_, err := o.Repr(t.Context())
	require.NoError(t, err)
	require.NoError(t, session.Close())
	_, err = o.Repr(t.Context())
	require.ErrorIs(t, err, snakepit.ErrReleased, "with its session")
}

func (s *suite) sessionClosed(t *testing.T) {
	rt := s.face(t, 1)
	session := rt.Session("s")
	execute(t, session, "ping", nil)
	require.NoError(t, session.Close())
	require.NoError(t, session.Close())
	_, err := session.Execute(t.Context(), "ping", nil)
	require.ErrorIs(t, err, snakepit.ErrSessionClosed)
	execute(t, rt.Session("s"), "ping", nil)
}

func (s *suite) sessionBind(t *testing.T) {
	rt := s.face(t, 1)
	session := rt.Session("bound")
	who, err := snakepit.Bind[struct{}, struct{ Session string }](session, "who")
	require.NoError(t, err)
	seen, err := who(t.Context(), struct{}{})
	require.NoError(t, err)
	require.Equal(t, "bound", seen.Session)
}
