package threadprofile

import (
	"errors"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/gosnakepit/snakepit/embed"
	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/profile"
)

// A call is known to C, and so to Python, by a number: that of the slot it runs on, or,
// with this bit, that of its scope. A slot's number is good on the thread of the call
// only, and costs nothing; a scope's may be passed on to other threads.
const captured = 1 << 62

// instances are those that are open, by their number less one.
var instances struct {
	sync.Mutex
	all atomic.Pointer[[]*instance]
}

func (in *instance) enlist() {
	instances.Lock()
	defer instances.Unlock()
	var all []*instance
	if old := instances.all.Load(); old != nil {
		all = slices.Clone(*old)
	}
	all = append(all, in)
	instances.all.Store(&all)
	in.number = uint64(len(all))
}

func (in *instance) delist() {
	instances.Lock()
	defer instances.Unlock()
	all := slices.Clone(*instances.all.Load())
	all[in.number-1] = nil
	instances.all.Store(&all)
}

// announce makes a call known before it begins.
func (in *instance) announce(slot int32, f *wire.Frame) {
	if f.Call.Nesting == wire.Outermost {
		in.lanes[slot].current = f
		f.Caller = in.number<<32 | uint64(slot+1)
		return
	}
	f.Caller = captured | f.Call.Scope.(profile.Scope).Capture()
}

var (
	errCallOver = errors.New("snakepit: the call that this code belongs to has ended, and Go tools with it")
	errNoGo     = errors.New("snakepit: no runtime is open, so there is no Go program to call")
)

// scopeOf finds the scope that a call from Python belongs to.
func scopeOf(caller uint64) (profile.Scope, error) {
	all := instances.all.Load()
	if all == nil {
		return nil, errNoGo
	}
	if caller == 0 || caller&captured != 0 {
		return scopeElsewhere(*all, caller)
	}
	in := (*all)[caller>>32-1]
	return in.spec.Host.Scope(in.lanes[uint32(caller)-1].current), nil
}

// scopeElsewhere is scopeOf for threads that Go did not call into.
func scopeElsewhere(all []*instance, caller uint64) (profile.Scope, error) {
	for _, in := range slices.Backward(all) {
		if in == nil {
			continue
		}
		if caller == 0 {
			return in.spec.Host.Outside(), nil
		}
		if s := in.spec.Host.Captured(caller &^ captured); s != nil {
			return s, nil
		}
		return nil, errCallOver
	}
	return nil, errNoGo
}

func init() {
	embed.Provide(map[string]embed.GoFunc{
		"context":    embed.Values(describeCall),
		"find_tool":  embed.Values(findTool),
		"list_tools": embed.Values(listTools),
		"tool":       callTool,
		"next":       nextItem,
		"close":      embed.Values(closeSource),
	})
}

// callTool answers call(tool, id, *values).
func callTool(caller uint64, r *wire.Reader, n int, f *wire.Frame) error {
	s, err := scopeOf(caller)
	if err != nil {
		r.Drop()
		return err
	}
	id, ok := r.Take(wire.Int)
	if !ok {
		r.Drop()
		return errors.New("snakepit: the number of a Go tool is no int")
	}
	r.NewObject = s.Objects()
	return s.CallTool(id, r, n-1, f)
}

// describeCall answers call(context).
func describeCall(caller uint64, _ []any) (any, error) {
	s, err := scopeOf(caller)
	if err != nil {
		return nil, err
	}
	info, number := s.Describe(), s.Capture()
	if number != 0 {
		number |= captured
	}
	var deadline any
	if !info.Deadline.IsZero() {
		deadline = info.Deadline.UnixNano()
	}
	return value.Tuple{number, info.Session, info.SessionID, metadata(info), deadline, info.Runtime}, nil
}

func metadata(info profile.CallInfo) map[string]string {
	if info.Metadata == nil {
		return map[string]string{}
	}
	return info.Metadata
}

// findTool answers call(find_tool, name).
func findTool(caller uint64, values []any) (any, error) {
	s, err := scopeOf(caller)
	if err != nil {
		return nil, err
	}
	name, _ := values[0].(string)
	t, ok := s.FindTool(name)
	if !ok {
		return nil, nil
	}
	return described(t), nil
}

// listTools answers call(list_tools).
func listTools(caller uint64, _ []any) (any, error) {
	s, err := scopeOf(caller)
	if err != nil {
		return nil, err
	}
	all := []any{}
	for _, t := range s.Tools() {
		all = append(all, described(t))
	}
	return all, nil
}

// nextItem answers call(next, source) with (True, item) or (False, None).
func nextItem(caller uint64, r *wire.Reader, _ int, f *wire.Frame) error {
	s, err := scopeOf(caller)
	if err != nil {
		r.Drop()
		return err
	}
	id, _ := r.Take(wire.Int)
	source := wire.FindSource(id)
	if source == nil {
		return errSourceOver
	}
	codec.PutPair(f)
	mark := len(f.In)
	codec.PutBool(f, true)
	more, err := source.Next(s, f)
	if err == nil && !more {
		f.In = f.In[:mark]
		codec.PutBool(f, false)
		codec.PutNone(f)
	}
	return err
}

var errSourceOver = errors.New("snakepit: this Go iterator is closed, or the call that it was an argument of has ended")

// closeSource answers call(close, source).
func closeSource(_ uint64, values []any) (any, error) {
	id, _ := values[0].(int64)
	wire.CloseSource(uint64(id))
	return nil, nil
}

// described is a Go tool as snakepit_bridge._host knows it.
func described(t profile.HostTool) value.Tuple {
	params := []any{}
	for _, p := range t.Params {
		params = append(params, value.Tuple{p.Name, p.Required, string(p.Schema)})
	}
	return value.Tuple{t.ID, t.Name, t.Description, params, string(t.Result), t.Open, t.Lasting}
}
