package snakepit

import (
	"maps"
	"sync"
	"sync/atomic"

	"github.com/gosnakepit/snakepit/profile"
)

// targetKey is what prepared targets are found by.
type targetKey struct {
	kind profile.Kind
	name string
}

// targets are the prepared targets of a pool. Looking one up takes no lock and
// writes nothing; adding one copies the map, which programs do a few times each.
type targets struct {
	found atomic.Pointer[map[targetKey]profile.Prepared]
	mu    sync.Mutex
	bound []releaser // found by nobody here
}

func (t *targets) find(key targetKey) profile.Prepared {
	if m := t.found.Load(); m != nil {
		return (*m)[key]
	}
	return nil
}

// keep adds a target, and returns the one that was there first.
func (t *targets) keep(key targetKey, what profile.Prepared) profile.Prepared {
	t.mu.Lock()
	defer t.mu.Unlock()
	if first := t.find(key); first != nil {
		what.Release()
		return first
	}
	m := map[targetKey]profile.Prepared{}
	if old := t.found.Load(); old != nil {
		m = maps.Clone(*old)
	}
	m[key] = what
	t.found.Store(&m)
	return what
}

type releaser interface{ Release() }

// keepBound adds a target that only its binding or its tool knows.
func (t *targets) keepBound(what releaser) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bound = append(t.bound, what)
}

// release gives up all. No call is in progress, and none will follow.
func (t *targets) release() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if m := t.found.Swap(nil); m != nil {
		for _, what := range *m {
			what.Release()
		}
	}
	for _, what := range t.bound {
		what.Release()
	}
	t.bound = nil
}
