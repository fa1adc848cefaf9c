package cgo

/*
#cgo noescape sp_do
#cgo noescape sp_do_guarded
#include <stdlib.h>
#include "boot.h"
#include "call.h"
#include "helper.h"
#include "thread.h"
*/
import "C"

import (
	"fmt"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/wire"
)

// Object is a reference to a Python object, 0 for none. Whoever holds it owns one
// reference count, and gives it up with Release or Defer exactly once.
type Object uintptr

// Op is what [Do] does. For Method and GetAttr target is a name, and the first
// argument the object.
type Op int32

// The operations.
const (
	Call    Op = C.SP_CALL    // target(*args, **kwargs)
	Method  Op = C.SP_METHOD  // args[0].target(*args[1:], **kwargs)
	GetAttr Op = C.SP_GETATTR // args[0].target
	Next    Op = C.SP_NEXT    // next(target); takes no arguments
)

// Tensors, added to an operation, wants bytes and their kind in the result as tensors.
const Tensors Op = C.SP_TENSORS

// Status is how an entry ended.
type Status uint32

// The ways an entry ends.
const (
	OK         Status = C.SP_OK
	Raised     Status = C.SP_RAISED     // the value describes the exception; None if even that failed
	Unfit      Status = C.SP_UNFIT      // the value is Tuple(path, want, got): the result cannot cross
	Unattached Status = C.SP_UNATTACHED // Bits says why; see [UnattachedError]
	Ended      Status = C.SP_ENDED      // Next: the iterator is at its end
)

// Do runs one operation with the arguments encoded in f.In and leaves the result
// in f.Ret, to be freed with f. keys, if not 0, is a tuple of keys: a result that
// is a dict arrives as [wire.Fields] in their order. Calls that Python makes to Go
// meanwhile carry f.Caller.
func Do(op Op, target Object, f *wire.Frame, keys Object) Status {
	f.Raw.Bits = f.Caller
	C.sp_do(raw(f), C.int(op), C.uintptr_t(target), (*C.uint8_t)(unsafe.Pointer(unsafe.SliceData(f.In))),
		(*C.uint8_t)(unsafe.Pointer(unsafe.SliceData(f.Out))), C.size_t(len(f.Out)), C.uintptr_t(keys))
	return finish(f)
}

// raw is the frame's result as C sees it.
func raw(f *wire.Frame) *C.sp_ret { return (*C.sp_ret)(unsafe.Pointer(&f.Raw)) }

// The two descriptions of a result agree in size.
var _ = [1]byte{}[unsafe.Sizeof(C.sp_ret{})-unsafe.Sizeof(wire.Raw{})]

// finish makes f.Ret of what C left.
func finish(f *wire.Frame) Status {
	f.Ret.Tag, f.Ret.Bits = f.Raw.Tag, f.Raw.Bits
	if f.Raw.Tag == wire.Encoded {
		claim(f)
	}
	return Status(f.Raw.Status)
}

func claim(f *wire.Frame) {
	r := &f.Raw
	if r.Heap == 0 {
		f.Ret.Buf = f.Out[:r.Len]
	} else {
		f.Ret.Buf = unsafe.Slice((*byte)(*(*unsafe.Pointer)(unsafe.Pointer(&r.Buf))), r.Len)
	}
	if r.Heap != 0 || r.Keep != 0 {
		buf, heap, keep := C.uintptr_t(r.Buf), C.int(r.Heap), C.uintptr_t(r.Keep)
		f.Free = func() { C.sp_ret_free(buf, heap, keep) }
	}
}

// Release gives up a reference; the object is freed at once if it was the last.
func (o Object) Release() {
	if o != 0 {
		C.sp_release(C.uintptr_t(o))
	}
}

// Retain returns another reference to the object.
func (o Object) Retain() Object {
	C.sp_retain(C.uintptr_t(o))
	return o
}

// Defer gives up a reference at the next attach of any thread. It never runs
// Python, so it may be called from anywhere, cleanups included.
func (o Object) Defer() {
	if o != 0 {
		C.sp_defer(C.uintptr_t(o))
	}
}

// Intern returns name as an interned string. It lives for ever: for names that
// programs contain, never for names that come from data.
func Intern(name string) Object {
	c := C.CString(name)
	defer C.free(unsafe.Pointer(c))
	return Object(C.sp_intern(c))
}

// Keys returns a tuple of interned strings; names must not contain zero bytes.
func Keys(names []string) Object {
	var joined []byte
	for _, n := range names {
		joined = append(append(joined, n...), 0)
	}
	joined = append(joined, 0)
	return Object(C.sp_keys((*C.char)(unsafe.Pointer(&joined[0])), C.size_t(len(names))))
}

// Module makes a module from source; f.Ret then has tag [wire.Object] and the
// reference in Bits.
func Module(name, source, file string, f *wire.Frame) Status {
	cname, csource, cfile := C.CString(name), C.CString(source), C.CString(file)
	defer C.free(unsafe.Pointer(cname))
	defer C.free(unsafe.Pointer(csource))
	defer C.free(unsafe.Pointer(cfile))
	C.sp_module(raw(f), cname, csource, cfile, (*C.uint8_t)(unsafe.Pointer(&f.Out[0])), C.size_t(len(f.Out)))
	return finish(f)
}

// Helpers are what the C side uses of snakepit_bridge; it takes the references over.
type Helpers struct {
	Classify, Pack, Unpack, Describe Object // functions
	Missing                          Object // stands for an argument that was not given
	Current                          Object // function: the number of the call that a thread of Python's works for
}

// SetHelpers hands them over.
func SetHelpers(h Helpers) {
	C.sp_set_helpers(C.uintptr_t(h.Classify), C.uintptr_t(h.Pack), C.uintptr_t(h.Unpack), C.uintptr_t(h.Describe),
		C.uintptr_t(h.Missing), C.uintptr_t(h.Current))
}

// UnattachedError is why an OS thread could not run Python.
type UnattachedError struct{ Reason uint64 }

func (e *UnattachedError) Error() string {
	switch e.Reason {
	case C.SP_NOT_INITIALISED:
		return "Python is not initialised"
	case C.SP_SMALL_STACK:
		return "this thread's C stack is smaller than 4 MiB, which Python 3.13 can overflow; " +
			"start the program with `ulimit -s 8192` (not unlimited)"
	case C.SP_NO_MEMORY:
		return "out of memory for a thread state"
	}
	return fmt.Sprintf("reason %d", e.Reason)
}
