package cgo

/*
#include <stdlib.h>
#include "boot.h"
#include "host.h"
*/
import "C"

import (
	gocgo "runtime/cgo"
	"sync/atomic"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/hold"
	"github.com/gosnakepit/snakepit/internal/wire"
)

// HostCall answers a call from Python: the result of f holds a Tuple of the values;
// the answer goes to f.In behind the header. caller is the Caller of the frame whose
// call this thread runs, 0 if there is none. failed marks the answer as the description
// of an error. It must not panic.
type HostCall func(id, caller uint64, f *wire.Frame) (failed bool)

var hostCall atomic.Pointer[HostCall]

// SetHostCall sets what answers all calls from Python.
func SetHostCall(h HostCall) { hostCall.Store(&h) }

// HostFunctions are the Python functions by which Python calls Go; 0 where memory ran out.
type HostFunctions struct {
	Call   Object // call(id, *values)
	Caller Object // caller(): the number of the call that this thread runs, 0 for none
	Switch Object // switch(number): sets it, and returns what it was
	Take   Object // take(object, kind, address, address): moves Arrow's C structs; whether there are any
	// Running is running(): the key of the call that this thread runs; see [Guard]. Arrived
	// is arrived(): it gets the exception.
	Running, Arrived Object
	Pause, Resume    Object // pause() and resume(): it gets none in between
}

// NewHostFunctions makes them. fail(description) is what raises a failed answer; its
// reference is taken over.
func NewHostFunctions(fail Object) HostFunctions {
	C.sp_host_fails(C.uintptr_t(fail))
	return HostFunctions{
		Call:   Object(C.sp_host_object(C.SP_HOST_CALL)),
		Caller: Object(C.sp_host_object(C.SP_HOST_CALLER)),
		Switch: Object(C.sp_host_object(C.SP_HOST_SWITCH)),
		Take:   Object(C.sp_host_object(C.SP_HOST_TAKE)),

		Running: Object(C.sp_host_object(C.SP_HOST_RUNNING)),
		Arrived: Object(C.sp_host_object(C.SP_HOST_ARRIVED)),
		Pause:   Object(C.sp_host_object(C.SP_HOST_PAUSE)),
		Resume:  Object(C.sp_host_object(C.SP_HOST_RESUME)),
	}
}

// OutputFunction returns the Python function held(), by which a stream announces
// that it holds an unfinished line: it returns whether flush() will be called when
// the call in progress on that thread ends. flush's reference is taken over.
func OutputFunction(flush Object) Object { return Object(C.sp_output_object(C.uintptr_t(flush))) }

//export snakepitHost
func snakepitHost(id, caller C.uint64_t, in *C.uint8_t, n C.size_t, answer *C.sp_answer) {
	f := wire.NewFrame()
	f.CopyIn = true
	f.Ret.Tag, f.Ret.Buf = wire.Encoded, unsafe.Slice((*byte)(unsafe.Pointer(in)), int(n))
	if (*hostCall.Load())(uint64(id), uint64(caller), f) {
		answer.failed = 1
	}
	reply(answer, f.In[wire.HeaderSize:])
	passOn(answer, f.TakeHolds())
	if len(f.Lent()) > 0 {
		answer.loans = C.uintptr_t(gocgo.NewHandle(f))
		return
	}
	f.Recycle()
}

// snakepitBuilt ends the loans of objects in an answer: another goroutine may have
// released them meanwhile.
//
//export snakepitBuilt
func snakepitBuilt(loans C.uintptr_t) {
	h := gocgo.Handle(loans)
	h.Value().(*wire.Frame).Recycle()
	h.Delete()
}

// passOn gives C what the answer refers to, which must outlive the frame.
func passOn(answer *C.sp_answer, holds []*hold.Hold) {
	if len(holds) == 0 {
		return
	}
	p := C.malloc(C.size_t(len(holds)) * C.size_t(unsafe.Sizeof(uintptr(0))))
	addresses := unsafe.Slice((*uintptr)(p), len(holds))
	for i, h := range holds {
		addresses[i] = h.Address()
	}
	answer.holds, answer.n = (*C.uintptr_t)(p), C.size_t(len(holds))
}

// reply copies the answer to memory of C's: a frame's must not be read after it returns.
func reply(answer *C.sp_answer, value []byte) {
	if len(value) > int(answer.cap) {
		answer.buf = (*C.uint8_t)(C.malloc(C.size_t(len(value))))
		answer.heap = 1
	}
	copy(unsafe.Slice((*byte)(unsafe.Pointer(answer.buf)), len(value)), value)
}
