package lend

import "sync/atomic"

// Count says who holds a value: the Go program, each Python object, and each export
// in progress. The last one to let go frees it. Its methods are safe for concurrent use.
type Count struct {
	free         func()
	refs, python atomic.Int64
	released     atomic.Bool
	guard        guard
}

// Start gives the one reference there is to the Go program.
func (c *Count) Start(free func()) {
	c.free = free
	c.refs.Store(1)
	c.guard.watch()
}

// Release gives up the Go program's reference. Only the first call counts.
func (c *Count) Release() {
	if c.released.CompareAndSwap(false, true) {
		c.guard.done()
		c.Let()
	}
}

// Lend counts one Python object more; false if nobody holds the value.
func (c *Count) Lend() bool {
	if !c.Hold() {
		return false
	}
	c.python.Add(1)
	return true
}

// Drop takes back one Lend, if there is one.
func (c *Count) Drop() {
	for n := c.python.Load(); n > 0; n = c.python.Load() {
		if c.python.CompareAndSwap(n, n-1) {
			c.Let()
			return
		}
	}
}

// Hold takes a reference, until Let; false if nobody holds the value.
func (c *Count) Hold() bool {
	for n := c.refs.Load(); n > 0; n = c.refs.Load() {
		if c.refs.CompareAndSwap(n, n+1) {
			return true
		}
	}
	return false
}

// Let gives up what Hold took.
func (c *Count) Let() {
	if c.refs.Add(-1) == 0 {
		c.free()
	}
}
