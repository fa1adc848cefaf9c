package interp

import (
	"runtime"
	"sync/atomic"

	"github.com/gosnakepit/snakepit/cgo"
	"github.com/gosnakepit/snakepit/profile"
)

// Object is a Go program's reference to a Python object. It belongs to whoever got
// it, until Release. One that is forgotten is freed after the Go garbage collector
// has found it.
type Object struct {
	handle  cgo.Object
	state   atomic.Int64 // how many calls it is lent to, plus released
	cleanup runtime.Cleanup
}

const released = 1 << 62

// live counts the objects that are not released.
var live atomic.Int64

// LiveObjects returns how many objects Go programs hold.
func LiveObjects() int64 { return live.Load() }

// NewObject takes over a reference.
func NewObject(handle uintptr) *Object {
	o := &Object{handle: cgo.Object(handle)}
	live.Add(1)
	o.cleanup = runtime.AddCleanup(o, forgotten, orphan{o.handle, born()})
	return o
}

// Lend implements wire.Lender: a call may use the handle until Return.
func (o *Object) Lend() (uintptr, error) {
	if o.state.Add(1) >= released {
		o.Return()
		return 0, profile.ErrReleased
	}
	return uintptr(o.handle), nil
}

// Return implements wire.Lender.
func (o *Object) Return() {
	if o.state.Add(-1) == released {
		o.drop()
	}
}

// Release gives the reference up; calls that use it keep it until they end. Only
// the first one counts.
func (o *Object) Release() {
	for {
		s := o.state.Load()
		if s >= released {
			return
		}
		if o.state.CompareAndSwap(s, s+released) {
			if s == 0 {
				o.drop()
			}
			return
		}
	}
}

// drop frees the handle. A Lend that comes too late may bring the count back to
// released, so only who takes the state away from there does it.
func (o *Object) drop() {
	if !o.state.CompareAndSwap(released, dropped) {
		return
	}
	o.cleanup.Stop()
	live.Add(-1)
	o.handle.Release()
	runtime.KeepAlive(o)
}

// dropped is far from released, so that late lenders and returners do no harm.
const dropped = released + 1<<61

// orphan is what is left of an object that nobody released.
type orphan struct {
	handle cgo.Object
	birth
}

func forgotten(o orphan) {
	live.Add(-1)
	o.report()
	o.handle.Defer()
}
