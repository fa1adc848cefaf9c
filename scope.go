package snakepit

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/profile"
)

// scope is what Python sees of Go in one call, made when it first looks. It is the
// context that tools get: a call that a tool makes finds there whose slot it may use.
type scope struct {
	context.Context // the caller's

	pool    *Pool
	session *Session
	slot    int32
	depth   int    // calls from Go to Python on the way here
	parent  *scope // of the call whose tool made this one; nil for none
	target  string // of the call
	noCopy  bool   // it was made with RequireZeroCopy
	lane    uint64 // what the profile calls the outermost call on the slot

	number atomic.Uint64 // see Capture

	turn atomic.Pointer[chan struct{}] // holds who uses the slot for a call within this one
}

type scopeKey struct{}

// Value implements context.Context.
func (s *scope) Value(key any) any {
	if key == (scopeKey{}) {
		return s
	}
	return s.Context.Value(key)
}

// scopeOf returns the call that a context came from by way of a tool, or nil.
func scopeOf(ctx context.Context) *scope {
	s, _ := ctx.Value(scopeKey{}).(*scope)
	return s
}

func newScope(p *Pool, ctx context.Context, slot int32) *scope {
	s := &scope{Context: ctx, pool: p, session: p.session, slot: slot, parent: scopeOf(ctx), depth: 1}
	if s.parent != nil {
		s.depth = s.parent.depth + 1
		if s.session == nil {
			s.session = s.parent.session
		}
	}
	return s
}

// of takes over what the call's frame knows of it.
func (s *scope) of(f *wire.Frame) { s.target, s.noCopy, s.lane = f.Call.Target, f.NoCopy, f.Caller }

// on returns the nearest call on the way here that holds a slot of these workers.
func (s *scope) on(w *workers) *scope {
	for ; s != nil; s = s.parent {
		if s.pool.workers == w {
			return s
		}
	}
	return nil
}

// turns returns the channel that holds who uses the slot. Most calls never need it.
func (s *scope) turns() chan struct{} {
	if c := s.turn.Load(); c != nil {
		return *c
	}
	c := make(chan struct{}, 1)
	s.turn.CompareAndSwap(nil, &c)
	return *s.turn.Load()
}

// captured are the scopes that other threads than the call's may find: uint64 → *scope.
var (
	captured    sync.Map
	lastCapture atomic.Uint64
)

// Capture implements profile.Scope.
func (s *scope) Capture() uint64 {
	if n := s.number.Load(); n != 0 {
		return n
	}
	n := lastCapture.Add(1)
	if !s.number.CompareAndSwap(0, n) {
		return s.number.Load()
	}
	captured.Store(n, s)
	return n
}

// End implements wire.Scope: the call is over, and its number unknown.
func (s *scope) End() {
	if n := s.number.Load(); n != 0 {
		captured.Delete(n)
	}
}

// Wait implements wire.Scope: a call within this one may have been left by its caller.
func (s *scope) Wait() {
	if s.turn.Load() != nil {
		s.turns() <- struct{}{}
		<-s.turns()
	}
}

// busy reports whether a call within this one is in progress.
func (s *scope) busy() bool {
	c := s.turn.Load()
	return c != nil && len(*c) > 0
}

// Describe implements profile.Scope.
func (s *scope) Describe() profile.CallInfo {
	info := profile.CallInfo{Runtime: s.pool.rt.number, Metadata: metadataOf(s.Context)}
	info.Deadline, _ = s.Deadline()
	if s.session != nil {
		info.Session, info.SessionID = s.session.number, s.session.ID()
		info.Metadata = merged(s.session.Metadata(), info.Metadata)
		s.session.seen.Store(true)
	}
	return info
}

// FindTool implements profile.Scope.
func (s *scope) FindTool(name string) (profile.HostTool, bool) {
	t := s.sessionTools().byName(name)
	if t == nil {
		t = s.pool.rt.tools.byName(name)
	}
	if t == nil {
		return profile.HostTool{}, false
	}
	return t.known, true
}

func (s *scope) sessionTools() *toolRegistry {
	if s.session == nil {
		return nil
	}
	return s.session.tools.Load()
}

// Tools implements profile.Scope.
func (s *scope) Tools() []profile.HostTool {
	var all []profile.HostTool
	own := s.sessionTools()
	for _, t := range own.all() {
		all = append(all, t.known)
	}
	for _, t := range s.pool.rt.tools.all() {
		if own.byName(t.known.Name) == nil {
			all = append(all, t.known)
		}
	}
	return all
}

// CallTool implements profile.Scope.
func (s *scope) CallTool(id uint64, r *wire.Reader, n int, f *wire.Frame) error {
	t := s.pool.rt.tools.byID(id)
	if t == nil {
		t = s.sessionTools().byID(id)
	}
	if t == nil {
		r.Drop()
		return fmt.Errorf("snakepit: Go tool %d is not registered, or is another session's", id)
	}
	err := t.Call(s, r, n, f)
	s.account(t.known.Name, f)
	if err != nil {
		return &toolError{t.known.Name, err}
	}
	return nil
}

// Pull implements profile.Scope.
func (s *scope) Pull(from wire.Source, f *wire.Frame) (bool, error) {
	more, err := from.Next(s, f)
	copied := f.Traffic.CopiedIn
	s.account(s.target, f)
	if err == nil && s.noCopy && copied > 0 {
		return false, &CopyError{Where: "an item", Bytes: copied, Why: whyCopied}
	}
	return more, err
}

// account reports what the answer to a call from Python moves.
func (s *scope) account(target string, f *wire.Frame) {
	if f.Traffic == (wire.Traffic{}) {
		return
	}
	s.pool.meter.Report(s.slot, &wire.Call{Ctx: s, View: s.pool, Target: target}, &f.Traffic)
	f.Traffic = wire.Traffic{}
}

// Objects implements profile.Scope.
func (s *scope) Objects() func(handle uintptr) any { return s.pool.own }

// toolError is an error of a Go tool on its way to Python.
type toolError struct {
	name string
	err  error
}

func (e *toolError) Error() string { return e.err.Error() }
func (e *toolError) Unwrap() error { return e.err }

// ToolName is for profiles, which tell Python.
func (e *toolError) ToolName() string { return e.name }
