package snakepit

import (
	"context"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/gosnakepit/snakepit/tool"
)

// Session is what belongs together: the calls of one user, of one conversation. Python
// knows its id and keeps a state for it. It lives until Close, or until it was not used
// for its TTL. Get it with [Runtime.Session], for each use anew.
type Session struct {
	rt     *Runtime
	id     string
	number uint64 // unique in the process
	err    error  // why there is none
	pool   Pool   // the default one, as the session sees it

	metadata map[string]string
	ttl      time.Duration // negative: for ever
	made     time.Duration // since the runtime was made
	used     atomic.Int64  // the same, in nanoseconds

	calls atomic.Int64 // in progress, and closed
	seen  atomic.Bool  // Python has met it
	ended atomic.Bool
	homes atomic.Pointer[[]home]
	tools atomic.Pointer[toolRegistry]

	mu      sync.Mutex
	objects map[*Object]struct{}
}

// SessionOptions are for the call of [Runtime.Session] that makes the session.
type SessionOptions struct {
	TTL      time.Duration     // 0 is Config.SessionTTL, negative for ever
	Metadata map[string]string // for Python to see; not to be changed any more
}

// SessionIDError says what is wrong with the id of a session.
type SessionIDError struct{ ID, Why string }

func (e *SessionIDError) Error() string {
	return fmt.Sprintf("snakepit: %.80q is no id of a session: %s", e.ID, e.Why)
}

const maxSessionID = 256

func checkSessionID(id string) error {
	switch {
	case id == "":
		return &SessionIDError{id, "it is empty"}
	case len(id) > maxSessionID:
		return &SessionIDError{id, fmt.Sprintf("it is longer than %d bytes", maxSessionID)}
	case !utf8.ValidString(id):
		return &SessionIDError{id, "it is not UTF-8"}
	}
	for _, r := range id {
		if unicode.IsControl(r) {
			return &SessionIDError{id, fmt.Sprintf("it holds the control character %q", r)}
		}
	}
	return nil
}

// ID returns the session's id.
func (s *Session) ID() string { return s.id }

// Metadata returns what the session was made with; it must not be changed.
func (s *Session) Metadata() map[string]string { return s.metadata }

// Err returns why no call of this session can succeed, or nil.
func (s *Session) Err() error {
	if s.err == nil && (s.calls.Load() < 0 || s.expired()) {
		return s.over()
	}
	return s.err
}

// Touch begins the session's time to live anew, as calls do.
func (s *Session) Touch() { s.touch(s.rt.sessions.now()) }

// touch writes only when the time has moved on by a good part: sessions are looked up
// much more often than that.
func (s *Session) touch(now time.Duration) {
	if now-time.Duration(s.used.Load()) > s.grain() {
		s.used.Store(int64(now))
	}
}

// grain is how exactly the last use is known: a thousandth of the time to live.
func (s *Session) grain() time.Duration { return s.ttl / 1000 }

func (s *Session) expired() bool { return s.expiredAt(s.rt.sessions.now()) }

func (s *Session) expiredAt(now time.Duration) bool {
	return s.ttl > 0 && now-time.Duration(s.used.Load()) > s.ttl
}

// Created, LastUsed and Expires tell about its time; Expires is zero if it never does.
func (s *Session) Created() time.Time { return s.rt.sessions.born.Add(s.made) }

// LastUsed returns when the session was last used.
func (s *Session) LastUsed() time.Time {
	return s.rt.sessions.born.Add(time.Duration(s.used.Load()))
}

// Expires returns when the session's time will be up; the zero time if it never is.
func (s *Session) Expires() time.Time {
	if s.ttl < 0 {
		return time.Time{}
	}
	return s.LastUsed().Add(s.ttl)
}

func (s *Session) over() error { return fmt.Errorf("%w: %q", ErrSessionClosed, s.id) }

// closedBit of Session.calls makes it negative.
const closedBit = -1 << 63

// enter begins a call.
func (s *Session) enter() error {
	if s.err != nil {
		return s.err
	}
	now := s.rt.sessions.now()
	if s.expiredAt(now) {
		_ = s.Close()
		return s.over()
	}
	if s.calls.Add(1) < 0 {
		s.leave()
		return s.over()
	}
	s.touch(now)
	return nil
}

// leave ends a call; the last one of a session that was closed ends it.
func (s *Session) leave() {
	if s.calls.Add(-1) == closedBit {
		s.end()
	}
}

// Close ends the session: new calls fail with [ErrSessionClosed], and its id is free.
// When calls in progress have ended, its state in Python, its tools and its objects are
// released. Only the first Close does anything.
func (s *Session) Close() error {
	if s.err != nil {
		return nil
	}
	for {
		n := s.calls.Load()
		if n < 0 {
			return nil
		}
		if s.calls.CompareAndSwap(n, n|closedBit) {
			s.rt.sessions.remove(s)
			if n == 0 {
				s.end()
			}
			return nil
		}
	}
}

// end releases what the session holds. Nothing of it is in progress.
func (s *Session) end() {
	if s.ended.Swap(true) { // a call that came too late was counted and left again
		return
	}
	s.mu.Lock()
	objects := s.objects
	s.objects = nil
	s.mu.Unlock()
	for o := range objects {
		o.handle.Release()
	}
	s.tools.Store(nil)
	if s.seen.Load() {
		s.rt.endSession(s)
	}
}

// keep makes an object the session's, to be released with it.
func (s *Session) keep(o *Object) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.objects == nil {
		s.objects = map[*Object]struct{}{}
	}
	s.objects[o] = struct{}{}
}

// forget is for an object that was released before its session.
func (s *Session) forget(o *Object) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.objects, o)
}

// RegisterTool is [Runtime.RegisterTool] for the calls of this session alone. A tool of
// the runtime with the same name is hidden from them.
func (s *Session) RegisterTool(t tool.Tool) error {
	if err := s.Err(); err != nil {
		return err
	}
	r := s.tools.Load()
	if r == nil {
		s.tools.CompareAndSwap(nil, new(toolRegistry))
		r = s.tools.Load()
	}
	return r.add(t, false)
}

// Pool returns a pool as the session sees it: its calls are the session's.
func (s *Session) Pool(name string) *Pool { return s.rt.Pool(name).of(s) }

func (s *Session) defaultPool() *Pool { return &s.pool }

// Execute calls a tool of the default pool's adapter.
func (s *Session) Execute(ctx context.Context, tool string, args Args) (any, error) {
	return s.defaultPool().Execute(ctx, tool, args)
}

// Call calls anything that can be imported; see [Pool.Call].
func (s *Session) Call(ctx context.Context, target string, args ...any) (any, error) {
	return s.defaultPool().Call(ctx, target, args...)
}

// Exec runs statements in a named namespace of the default pool; see [Pool.Exec].
func (s *Session) Exec(ctx context.Context, namespace, source string, variables ...Kw) error {
	return s.defaultPool().Exec(ctx, namespace, source, variables...)
}

// Eval evaluates an expression in a named namespace of the default pool.
func (s *Session) Eval(ctx context.Context, namespace, expression string, variables ...Kw) (any, error) {
	return s.defaultPool().Eval(ctx, namespace, expression, variables...)
}

// Stream ranges over what a tool yields; see [Pool.Stream].
func (s *Session) Stream(ctx context.Context, tool string, args Args) iter.Seq2[any, error] {
	return s.defaultPool().Stream(ctx, tool, args)
}
