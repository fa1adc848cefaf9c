package cgo

/*
#include <stdlib.h>
#include <string.h>
#include "boot.h"
#include "host.h"
*/
import "C"

import (
	"sync/atomic"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/wire"
)

// HostCall answers a call from Python: args holds Tuple(args, kwargs) and is good
// until it returns; the answer goes to f.In behind the header. failed marks the
// answer as the description of an error. It must not panic.
type HostCall func(id uint64, args *wire.Ret, f *wire.Frame) (failed bool)

var hostCall atomic.Pointer[HostCall]

// SetHostCall sets what answers all calls from Python.
func SetHostCall(h HostCall) { hostCall.Store(&h) }

// HostFunction returns the Python function call(id, args, kwargs), or 0 if memory
// ran out. fail(description) is what raises a failed answer; its reference is
// taken over.
func HostFunction(fail Object) Object { return Object(C.sp_host_object(C.uintptr_t(fail))) }

// OutputFunction returns the Python function held(), by which a stream announces
// that it holds an unfinished line: it returns whether flush() will be called when
// the call in progress on that thread ends. flush's reference is taken over.
func OutputFunction(flush Object) Object { return Object(C.sp_output_object(C.uintptr_t(flush))) }

//export snakepitHost
func snakepitHost(id C.uint64_t, in *C.uint8_t, n C.size_t, answer *C.sp_answer) {
	args := wire.Ret{Tag: wire.Encoded, Buf: unsafe.Slice((*byte)(unsafe.Pointer(in)), int(n))}
	f := wire.NewFrame()
	defer f.Recycle()
	f.CopyIn = true
	if (*hostCall.Load())(uint64(id), &args, f) {
		answer.failed = 1
	}
	reply(answer, f.In[wire.HeaderSize:])
}

// reply copies the answer to memory of C's: a frame's must not be read after it returns.
func reply(answer *C.sp_answer, value []byte) {
	if len(value) > int(answer.cap) {
		answer.buf = (*C.uint8_t)(C.malloc(C.size_t(len(value))))
		answer.heap = 1
	}
	C.memcpy(unsafe.Pointer(answer.buf), unsafe.Pointer(&value[0]), C.size_t(len(value)))
}
