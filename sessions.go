package snakepit

import (
	"errors"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gosnakepit/snakepit/profile"
)

// sessions is the store of a runtime. Looking one up takes no lock and writes nothing
// that others read.
type sessions struct {
	rt   *Runtime
	born time.Time // times are counted from here
	byID sync.Map  // string → *Session

	count   atomic.Int64
	warned  atomic.Bool
	swept   atomic.Int64 // when those over the limit made it look for expired ones
	closed  atomic.Bool
	sweeper sync.Once
	stop    chan struct{}
	shut    sync.Once
}

func (st *sessions) init(rt *Runtime) {
	st.rt, st.born, st.stop = rt, time.Now(), make(chan struct{})
}

// now is the monotonic time since the runtime was made.
func (st *sessions) now() time.Duration { return time.Since(st.born) }

var lastSession atomic.Uint64

// Session returns the session of this id, and makes it if there is none; options count
// only then. It never fails: calls of a session that cannot be had return why, and
// [Session.Err] does.
func (rt *Runtime) Session(id string, options ...SessionOptions) *Session {
	st := &rt.sessions
	if found, ok := st.byID.Load(id); ok {
		s, now := found.(*Session), st.now()
		if !s.expiredAt(now) {
			s.touch(now)
			return s
		}
		_ = s.Close()
	}
	return st.open(id, options)
}

// Sessions ranges over the sessions there are.
func (rt *Runtime) Sessions() iter.Seq[*Session] {
	return func(yield func(*Session) bool) {
		rt.sessions.byID.Range(func(_, found any) bool {
			s := found.(*Session)
			return s.expired() || yield(s)
		})
	}
}

func (st *sessions) open(id string, options []SessionOptions) *Session {
	s := &Session{rt: st.rt, id: id, number: lastSession.Add(1), ttl: st.rt.config.SessionTTL}
	s.pool.view(st.rt.pools[0].workers, s)
	if len(options) > 1 {
		s.err = errors.New("snakepit: Session takes one SessionOptions at most")
		return s
	}
	for _, o := range options {
		s.metadata = o.Metadata
		if o.TTL != 0 {
			s.ttl = o.TTL
		}
	}
	if s.err = checkSessionID(id); s.err != nil {
		return s
	}
	if s.err = st.admit(); s.err != nil {
		return s
	}
	s.made = st.now()
	s.used.Store(int64(s.made))
	return st.keep(s)
}

// keep stores a new session, unless another goroutine was faster.
func (st *sessions) keep(s *Session) *Session {
	first, loaded := st.byID.LoadOrStore(s.id, s)
	if loaded {
		st.dismiss()
		return first.(*Session)
	}
	if st.closed.Load() { // closeAll may have passed by
		_ = s.Close()
		s.err = ErrClosed
		return s
	}
	if s.ttl > 0 {
		st.sweeper.Do(func() { go st.sweepNowAndThen() })
	}
	return s
}

// admit counts a new session, if there is room for it.
func (st *sessions) admit() error {
	if st.closed.Load() {
		return ErrClosed
	}
	limit := int64(st.rt.config.MaxSessions)
	n := st.count.Add(1)
	if limit < 0 {
		return nil
	}
	if n > limit {
		st.sweepAgain()
		if n = st.count.Load(); n > limit {
			st.dismiss()
			return ErrSessionQuota
		}
	}
	if n*5 >= limit*4 && !st.warned.Swap(true) {
		st.rt.config.Logger.Warn("snakepit: there are nearly as many sessions as allowed", "sessions", n, "limit", limit)
	}
	return nil
}

// dismiss counts a session that is gone.
func (st *sessions) dismiss() {
	n := st.count.Add(-1)
	if limit := int64(st.rt.config.MaxSessions); n*10 < limit*7 && st.warned.Load() {
		st.warned.Store(false) // so that the next time is told too
	}
}

func (st *sessions) remove(s *Session) {
	if st.byID.CompareAndDelete(s.id, s) {
		st.dismiss()
	}
}

// sweep closes the sessions whose time is up.
func (st *sessions) sweep() {
	st.byID.Range(func(_, found any) bool {
		if s := found.(*Session); s.expired() {
			_ = s.Close()
		}
		return true
	})
}

// sweepAgain is sweep, unless the last one was just now: those who are refused try again,
// and each look at all sessions takes a while.
func (st *sessions) sweepAgain() {
	now, last := st.now(), st.swept.Load()
	pause := min(max(st.rt.config.SessionTTL/1000, time.Millisecond), time.Second)
	if (last == 0 || now-time.Duration(last) >= pause) && st.swept.CompareAndSwap(last, int64(now)) {
		st.sweep()
	}
}

// The sweeper frees what expired sessions hold; nobody would find them anyway.
const (
	sweepMin = time.Second
	sweepMax = time.Minute
)

func (st *sessions) sweepNowAndThen() {
	every := min(max(st.rt.config.SessionTTL/4, sweepMin), sweepMax)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			st.sweep()
		case <-st.stop:
			return
		}
	}
}

// closeAll ends all sessions, and makes new ones impossible.
func (st *sessions) closeAll() {
	st.closed.Store(true)
	st.shut.Do(func() { close(st.stop) })
	st.byID.Range(func(_, found any) bool {
		_ = found.(*Session).Close()
		return true
	})
}

// endSession has the pools give up what they keep for a session.
func (rt *Runtime) endSession(s *Session) {
	for _, p := range rt.pools {
		of, ok := p.instance.(profile.Sessions)
		if !ok {
			continue
		}
		if err := of.EndSession(s.number); err != nil {
			rt.config.Logger.Warn("snakepit: what Python kept for a session did not end well", "session", s.id, "pool", p.name, "err", err)
		}
	}
}
