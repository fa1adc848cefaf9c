package snakepit_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
)

// openSessions opens a runtime with sessions configured.
func openSessions(t *testing.T, p *fake, c snakepit.Config) *snakepit.Runtime {
	t.Helper()
	c.Pools = p.config(2).Pools
	rt, err := snakepit.Open(context.Background(), c)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, rt.Close()) })
	return rt
}

// use makes a call of a session.
func use(s *snakepit.Session) error {
	_, err := s.Call(context.Background(), "m:f", 1)
	return err
}

func TestSessionIsMadeOnce(t *testing.T) {
	rt := openSessions(t, &fake{}, snakepit.Config{})
	meta := map[string]string{"k": "v"}
	s := rt.Session("a", snakepit.SessionOptions{Metadata: meta})
	require.Same(t, s, rt.Session("a", snakepit.SessionOptions{Metadata: map[string]string{"k": "other"}}))
	require.NotSame(t, s, rt.Session("b"))
	require.Equal(t, "a", s.ID())
	require.Equal(t, meta, s.Metadata())
	require.NoError(t, use(s))
	ids := map[string]bool{}
	for s := range rt.Sessions() {
		ids[s.ID()] = true
	}
	require.Equal(t, []string{"a", "b"}, slices.Sorted(maps.Keys(ids)))
}

func TestSessionsThatCannotBe(t *testing.T) {
	rt := openSessions(t, &fake{}, snakepit.Config{})
	for _, id := range []string{"", strings.Repeat("x", 257), "a\nb", "\xff"} {
		s := rt.Session(id)
		var wrong *snakepit.SessionIDError
		require.ErrorAs(t, s.Err(), &wrong, "%q", id)
		require.ErrorAs(t, use(s), &wrong, "%q", id)
		require.NoError(t, s.Close())
	}
	require.ErrorContains(t, rt.Session("x", snakepit.SessionOptions{}, snakepit.SessionOptions{}).Err(), "one SessionOptions")
	require.NoError(t, rt.Session("x").Err(), "it was not kept")
}

func TestSessionTimeToLive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &fake{}
		rt := openSessions(t, p, snakepit.Config{SessionTTL: time.Minute})
		s := rt.Session("a")
		for range 3 { // each use begins the time anew
			time.Sleep(50 * time.Second)
			require.NoError(t, use(s))
			time.Sleep(50 * time.Second)
			s.Touch()
			time.Sleep(50 * time.Second)
			require.Same(t, s, rt.Session("a"))
		}
		require.Equal(t, s.LastUsed().Add(time.Minute), s.Expires())
		require.NoError(t, s.Err())

		forever := rt.Session("b", snakepit.SessionOptions{TTL: -1})
		time.Sleep(time.Minute + time.Second)
		require.ErrorIs(t, s.Err(), snakepit.ErrSessionClosed, "on read, whether it was swept or not")
		require.ErrorIs(t, use(s), snakepit.ErrSessionClosed)
		require.NotSame(t, s, rt.Session("a"))
		require.NoError(t, use(forever))
		require.True(t, forever.Expires().IsZero())
	})
}

func TestExpiredSessionsAreSwept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &fake{}
		rt := openSessions(t, p, snakepit.Config{SessionTTL: time.Minute})
		for i := range 10 {
			rt.Session(fmt.Sprint(i))
			require.NoError(t, use(rt.Session(fmt.Sprint(i))))
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		require.Empty(t, slices.Collect(rt.Sessions()))
	})
}

func TestSessionQuota(t *testing.T) {
	var log bytes.Buffer
	rt := openSessions(t, &fake{}, snakepit.Config{MaxSessions: 10, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	for i := range 7 {
		require.NoError(t, rt.Session(fmt.Sprint(i)).Err())
	}
	require.Empty(t, log.String())
	for i := range 3 {
		require.NoError(t, rt.Session(fmt.Sprint("more", i)).Err())
	}
	require.Equal(t, 1, strings.Count(log.String(), "nearly as many sessions as allowed"))
	refused := rt.Session("one too many")
	require.ErrorIs(t, refused.Err(), snakepit.ErrSessionQuota)
	require.ErrorIs(t, use(refused), snakepit.ErrSessionQuota)
	require.True(t, snakepit.SafeToRetry(use(refused)))
	require.NoError(t, rt.Session("3").Close())
	require.NoError(t, rt.Session("one too many").Err())
}

// TestQuotaCountsTheLiving makes room by what has expired.
func TestQuotaCountsTheLiving(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rt := openSessions(t, &fake{}, snakepit.Config{MaxSessions: 2, SessionTTL: 100 * time.Second})
		rt.Session("a", snakepit.SessionOptions{TTL: time.Second})
		rt.Session("b", snakepit.SessionOptions{TTL: time.Second})
		require.ErrorIs(t, rt.Session("c").Err(), snakepit.ErrSessionQuota)
		time.Sleep(2 * time.Second)
		require.NoError(t, rt.Session("c").Err())
	})
}

func TestSessionClose(t *testing.T) {
	p := &fake{held: make(chan int32), release: make(chan struct{})}
	rt := openSessions(t, p, snakepit.Config{})
	s := rt.Session("a")
	done := make(chan error)
	go func() {
		_, err := s.Call(context.Background(), "m:hold")
		done <- err
	}()
	<-p.held
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { _ = s.Close() })
	}
	all.Wait()
	require.ErrorIs(t, use(s), snakepit.ErrSessionClosed)
	require.Empty(t, slices.Collect(rt.Sessions()))
	close(p.release)
	require.NoError(t, <-done, "a call in progress goes on")
	require.NoError(t, use(rt.Session("a")), "a new one of the same id")
}

func TestSessionsEndWithTheRuntime(t *testing.T) {
	rt, err := snakepit.Open(context.Background(), (&fake{}).config(1))
	require.NoError(t, err)
	s := rt.Session("a")
	require.NoError(t, rt.Close())
	require.Error(t, s.Err())
	require.ErrorIs(t, rt.Session("b").Err(), snakepit.ErrClosed)
}

// TestSessionsAreSmall measures many; a map's growth makes it a little more or less.
func TestSessionsAreSmall(t *testing.T) {
	if testing.Short() || raceEnabled {
		t.Skip("measures memory")
	}
	rt := openSessions(t, &fake{}, snakepit.Config{MaxSessions: -1})
	const n = 1_000_000
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("session-%d", i)
	}
	before := heap()
	for _, id := range ids {
		rt.Session(id)
	}
	each := func() float64 { return float64(heap()-before) / n }
	t.Logf("%.0f bytes each", each())
	require.LessOrEqual(t, each(), 600.0)
	for _, id := range ids {
		require.NoError(t, use(rt.Session(id)))
	}
	t.Logf("%.0f bytes each after a call", each())
	require.LessOrEqual(t, each(), 600.0)
	runtime.KeepAlive(ids)
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestSessionHammer(t *testing.T) {
	p := &fake{}
	rt := openSessions(t, p, snakepit.Config{MaxSessions: 40, Logger: slog.New(slog.DiscardHandler)})
	var all sync.WaitGroup
	for g := range 16 {
		all.Go(func() {
			for i := range 300 {
				s := rt.Session(fmt.Sprint((g*7 + i) % 50))
				err := use(s)
				if i%3 == 0 {
					_ = s.Close()
				}
				if err != nil && !snakepit.SafeToRetry(err) {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	for s := range rt.Sessions() {
		require.NoError(t, s.Close())
	}
	for i := range 40 {
		require.NoError(t, rt.Session(fmt.Sprint("new", i)).Err(), "the count is right")
	}
}
