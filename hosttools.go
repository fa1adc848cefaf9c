package snakepit

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/tool"
)

// ErrToolExists says that a tool of this name was registered before.
var ErrToolExists = errors.New("snakepit: a tool of this name is registered already")

// RegisterTool lets the Python code of all pools call a Go function, see package tool.
// The name must be new to the runtime. The function gets a context that is a child of
// the caller's: with its deadline, values and end. It may call the runtime again; such
// a call runs on the worker of the call it came from.
func (rt *Runtime) RegisterTool(t tool.Tool) error { return rt.tools.add(t, true) }

// toolRegistry holds the Go tools of a runtime or a session. Finding one takes no lock.
type toolRegistry struct {
	mu   sync.Mutex
	live atomic.Pointer[registered]
}

// registered is never changed, only replaced.
type registered struct {
	byName map[string]*hostTool
	byID   map[uint64]*hostTool
}

type hostTool struct {
	tool.Tool
	known profile.HostTool
}

// toolNumber counts tools; Python knows them by it.
var toolNumber atomic.Uint64

func (r *toolRegistry) add(t tool.Tool, lasting bool) error {
	spec, err := t.Spec()
	if err != nil {
		return fmt.Errorf("snakepit: RegisterTool: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	next := registered{map[string]*hostTool{}, map[uint64]*hostTool{}}
	if now := r.live.Load(); now != nil {
		next = registered{maps.Clone(now.byName), maps.Clone(now.byID)}
	}
	if next.byName[spec.Name] != nil {
		return fmt.Errorf("%w: %q", ErrToolExists, spec.Name)
	}
	added := &hostTool{t, profile.HostTool{ID: toolNumber.Add(1), Lasting: lasting, Spec: spec}}
	next.byName[spec.Name], next.byID[added.known.ID] = added, added
	r.live.Store(&next)
	return nil
}

// byName finds a tool; r may be nil.
func (r *toolRegistry) byName(name string) *hostTool {
	if r == nil || r.live.Load() == nil {
		return nil
	}
	return r.live.Load().byName[name]
}

// byID finds a tool; r may be nil.
func (r *toolRegistry) byID(id uint64) *hostTool {
	if r == nil || r.live.Load() == nil {
		return nil
	}
	return r.live.Load().byID[id]
}

// all lists the tools by their names; r may be nil.
func (r *toolRegistry) all() []*hostTool {
	if r == nil || r.live.Load() == nil {
		return nil
	}
	byName := r.live.Load().byName
	all := make([]*hostTool, 0, len(byName))
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		all = append(all, byName[name])
	}
	return all
}
