package cgo

/*
#include "call.h"
#include "guard.h"
*/
import "C"

import (
	"sync/atomic"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/wire"
)

// Guard lets a call be interrupted while it runs, and no other one: an exception is raised
// in Python at its next bytecode. It serves one call after the other, each with a key of
// its own; who holds it announces the call, and anybody may cancel it.
type Guard struct {
	word     atomic.Uint64 // as C knows it; see guard.h
	thread   uint64
	arrivals uint64
}

var guards atomic.Uint64

// NewKeys returns what a guard counts its keys from, so that no two calls have the same.
func NewKeys() uint64 { return (guards.Add(1) & (1<<25 - 1)) << 32 }

// Announce tells that the call of this key, which is not 0, comes next.
func (g *Guard) Announce(key uint64) {
	atomic.StoreUint64(&g.arrivals, 0)
	g.word.Store(key << C.SP_KEY_SHIFT)
}

// Cancel has an exception raised in the call of this key, or not begin if it has not
// begun; false: it is over. It attaches to Python, so it may wait for others. It is to be
// repeated until the call is over, for Python code may drop the exception; as long as one
// is on its way through the code, there is no other.
func (g *Guard) Cancel(key uint64) bool {
	return C.sp_guard_cancel((*C.uint64_t)(unsafe.Pointer(&g.word)), C.uint64_t(key)) != 0
}

// End says that no call will follow those that were [More]. It attaches to Python.
func (g *Guard) End() { C.sp_guard_end((*C.uint64_t)(unsafe.Pointer(&g.word))) }

// Thread is Python's identity of the thread that runs the call, if one does.
func (g *Guard) Thread() uint64 { return atomic.LoadUint64(&g.thread) }

// Place is where a call stands among those of its key.
type Place int32

// The places.
const (
	Only Place = C.SP_ONLY
	More Place = C.SP_MORE // others will follow
	Last Place = C.SP_LAST // it cleans up after them, and begins though they were cancelled
)

// DoGuarded is [Do] for the call that was announced in g.
func DoGuarded(g *Guard, place Place, op Op, target Object, f *wire.Frame, keys Object) Status {
	f.Raw.Bits = f.Caller
	C.sp_do_guarded((*C.uint64_t)(unsafe.Pointer(&g.word)), C.int(place), raw(f), C.int(op), C.uintptr_t(target),
		(*C.uint8_t)(unsafe.Pointer(unsafe.SliceData(f.In))),
		(*C.uint8_t)(unsafe.Pointer(unsafe.SliceData(f.Out))), C.size_t(len(f.Out)), C.uintptr_t(keys))
	return finish(f)
}

// SetCancel hands over the exception that Cancel raises, and the functions wake(key) and
// forget(key) of snakepit_bridge; it takes the references over.
func SetCancel(exception, wake, forget Object) {
	C.sp_set_cancel(C.uintptr_t(exception), C.uintptr_t(wake), C.uintptr_t(forget))
}
