// Package hostside is what Python may ask of the Go program, whichever profile asks: to
// run a Go tool, to find one, to say whose call it is, to give the next item of a Go
// iterator. Profiles find the scope that a call from Python belongs to, and pass it on.
package hostside

import (
	"errors"

	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/profile"
)

// Captured marks, in the number by which Python knows its caller, that of a scope: good
// on any thread. The other numbers are the profile's own.
const Captured = 1 << 62

// Errors of code in Python that has no call any more.
var (
	ErrCallOver = errors.New("snakepit: the call that this code belongs to has ended, and Go tools with it")
	ErrNoGo     = errors.New("snakepit: no runtime is open, so there is no Go program to call")

	errSourceOver = errors.New("snakepit: this Go iterator is closed, or the call that it was an argument of has ended")
)

// Tool runs the Go tool whose number is the first of the n values in r, with the others,
// and appends its result to f.In.
func Tool(s profile.Scope, r *wire.Reader, n int, f *wire.Frame) error {
	id, ok := r.Take(wire.Int)
	if !ok {
		r.Drop()
		return errors.New("snakepit: the number of a Go tool is no int")
	}
	r.NewObject = s.Objects()
	return s.CallTool(id, r, n-1, f)
}

// Next appends (True, item) or (False, None) to f.In: the next item of the Go iterator
// whose number is the value in r.
func Next(s profile.Scope, r *wire.Reader, f *wire.Frame) error {
	id, _ := r.Take(wire.Int)
	source := wire.FindSource(id)
	if source == nil {
		return errSourceOver
	}
	codec.PutPair(f)
	mark := len(f.In)
	codec.PutBool(f, true)
	more, err := s.Pull(source, f)
	if err == nil && !more {
		f.In = f.In[:mark]
		codec.PutBool(f, false)
		codec.PutNone(f)
	}
	return err
}

// Close ends a Go iterator, by its number.
func Close(number any) {
	id, _ := number.(int64)
	wire.CloseSource(uint64(id))
}

// Context says whose call it is, as snakepit_bridge.session_context reads it.
func Context(s profile.Scope) value.Tuple {
	info, number := s.Describe(), s.Capture()
	if number != 0 {
		number |= Captured
	}
	var deadline any
	if !info.Deadline.IsZero() {
		deadline = info.Deadline.UnixNano()
	}
	return value.Tuple{number, info.Session, info.SessionID, metadata(info), deadline, info.Runtime}
}

func metadata(info profile.CallInfo) map[string]string {
	if info.Metadata == nil {
		return map[string]string{}
	}
	return info.Metadata
}

// FindTool returns what snakepit_bridge._host knows of a Go tool, or nil.
func FindTool(s profile.Scope, name any) any {
	text, _ := name.(string)
	t, ok := s.FindTool(text)
	if !ok {
		return nil
	}
	return described(t)
}

// ListTools returns what FindTool does, of all.
func ListTools(s profile.Scope) []any {
	all := []any{}
	for _, t := range s.Tools() {
		all = append(all, described(t))
	}
	return all
}

func described(t profile.HostTool) value.Tuple {
	params := []any{}
	for _, p := range t.Params {
		params = append(params, value.Tuple{p.Name, p.Required, string(p.Schema)})
	}
	return value.Tuple{t.ID, t.Name, t.Description, params, string(t.Result), t.Open, t.Lasting}
}
