package threadprofile

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/gosnakepit/snakepit/embed"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/profile/hostside"
)

// A call is known to C, and so to Python, by a number: that of the lane of its slot, or
// that of its scope (hostside.Captured). A lane's number is good on the thread of the call
// only, and costs nothing; a scope's may be passed on to other threads.

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
	for i := range in.all {
		in.all[i].caller = in.number<<32 | (uint64(i) + 1)
	}
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
		l := in.lanes[slot]
		l.current = f
		f.Caller = l.caller
		return
	}
	f.Caller = hostside.Captured | f.Call.Scope.(profile.Scope).Capture()
}

// laneOf is the lane of a call on a slot. Calls within a call that is stuck go on where that
// is, though the slot has another lane by now.
func (in *instance) laneOf(slot int32, f *wire.Frame) *lane {
	if f.Call.Nesting == wire.Outermost {
		return in.lanes[slot]
	}
	return &in.all[uint32(f.Call.Lane)-1]
}

// scopeOf finds the scope that a call from Python belongs to.
func scopeOf(caller uint64) (profile.Scope, error) {
	all := instances.all.Load()
	if all == nil {
		return nil, hostside.ErrNoGo
	}
	if caller == 0 || caller&hostside.Captured != 0 {
		return scopeElsewhere(*all, caller)
	}
	in := (*all)[caller>>32-1]
	if in == nil { // it closed, and left a stuck call behind
		return nil, hostside.ErrCallOver
	}
	return in.spec.Host.Scope(in.all[uint32(caller)-1].current), nil
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
		if s := in.spec.Host.Captured(caller &^ hostside.Captured); s != nil {
			return s, nil
		}
		return nil, hostside.ErrCallOver
	}
	return nil, hostside.ErrNoGo
}

func init() {
	embed.Provide(map[string]embed.GoFunc{
		"context":    inScope(func(s profile.Scope, _ []any) any { return hostside.Context(s) }),
		"find_tool":  inScope(func(s profile.Scope, v []any) any { return hostside.FindTool(s, v[0]) }),
		"list_tools": inScope(func(s profile.Scope, _ []any) any { return hostside.ListTools(s) }),
		"tool":       callTool,
		"next":       nextItem,
		"close":      embed.Values(closeSource),
	})
}

// inScope is a Go function of plain values and the scope of the call.
func inScope(do func(s profile.Scope, values []any) any) embed.GoFunc {
	return embed.Values(func(caller uint64, values []any) (any, error) {
		s, err := scopeOf(caller)
		if err != nil {
			return nil, err
		}
		return do(s, values), nil
	})
}

// callTool answers call(tool, id, *values).
func callTool(caller uint64, r *wire.Reader, n int, f *wire.Frame) error {
	s, err := scopeOf(caller)
	if err != nil {
		r.Drop()
		return err
	}
	return pinOf().called(func() error { return hostside.Tool(s, r, n, f) })
}

// nextItem answers call(next, source).
func nextItem(caller uint64, r *wire.Reader, _ int, f *wire.Frame) error {
	s, err := scopeOf(caller)
	if err != nil {
		r.Drop()
		return err
	}
	return pinOf().called(func() error { return hostside.Next(s, r, f) })
}

// closeSource answers call(close, source).
func closeSource(_ uint64, values []any) (any, error) {
	hostside.Close(values[0])
	return nil, nil
}
