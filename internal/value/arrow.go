package value

import (
	"context"
	"runtime"
	"sync"

	"github.com/gosnakepit/snakepit/internal/capsule"
)

// ArrowData stands for a Python object with Arrow data (a table of pyarrow, pandas or
// polars, a reader of batches) that lives in another process. The functions of package
// zarrow read it, as they read an Object, and what they return does not need it any more.
// Passed to a call on the same worker it is the Python object again.
//
// It belongs to whoever got it, until Release. Its methods may be called from any goroutine.
// When its worker has ended, what was read stays, and reading more is an error.
type ArrowData struct {
	remote  RemoteArrow
	name    string
	cleanup runtime.Cleanup

	mu       sync.Mutex
	uses     int // calls that it is lent to, and readings
	released bool
}

// RemoteArrow is what a profile knows of the object. Release is called once, or twice when
// the Go program forgets what it got.
type RemoteArrow interface {
	capsule.Giver
	Released() error // of use after Release
	Release()
}

// NewArrowData is for profiles.
func NewArrowData(typeName string, remote RemoteArrow) *ArrowData {
	a := &ArrowData{remote: remote, name: typeName}
	a.cleanup = runtime.AddCleanup(a, RemoteArrow.Release, remote)
	return a
}

// TypeName returns the type's module and qualified name, "pyarrow.lib.Table".
func (a *ArrowData) TypeName(context.Context) (string, error) { return a.name, nil }

// Release gives the object up; Python frees it if nothing else holds it. Calls that use it
// keep it until they end. Only the first Release counts.
func (a *ArrowData) Release() {
	a.mu.Lock()
	first := !a.released
	a.released = true
	over := first && a.uses == 0
	a.mu.Unlock()
	if over {
		a.end()
	}
}

func (a *ArrowData) end() {
	a.cleanup.Stop()
	a.remote.Release()
}

// Remote is for the profile that made it: what it is there. Each call is paired with one of
// Drop.
func (a *ArrowData) Remote() (RemoteArrow, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.released {
		return nil, a.remote.Released()
	}
	a.uses++
	return a.remote, nil
}

// Take is for the profile that made it: it takes the object over, and a is released.
func (a *ArrowData) Take() RemoteArrow {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.released = true
	a.cleanup.Stop()
	return a.remote
}

// Drop is the end of one use.
func (a *ArrowData) Drop() {
	a.mu.Lock()
	a.uses--
	over := a.released && a.uses == 0
	a.mu.Unlock()
	if over {
		a.end()
	}
}

// GiveSchema is for package zarrow.
func (a *ArrowData) GiveSchema(ctx context.Context) (*capsule.SchemaTree, error) {
	from, err := a.Remote()
	if err != nil {
		return nil, err
	}
	defer a.Drop()
	return from.GiveSchema(ctx)
}

// GiveArray is for package zarrow.
func (a *ArrowData) GiveArray(ctx context.Context) (*capsule.SchemaTree, *capsule.Batch, error) {
	from, err := a.Remote()
	if err != nil {
		return nil, nil, err
	}
	defer a.Drop()
	return from.GiveArray(ctx)
}

// GiveStream is for package zarrow.
func (a *ArrowData) GiveStream(ctx context.Context) (*capsule.SchemaTree, capsule.Batches, error) {
	from, err := a.Remote()
	if err != nil {
		return nil, nil, err
	}
	defer a.Drop()
	return from.GiveStream(ctx)
}
