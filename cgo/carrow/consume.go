package carrow

/*
#include "carrow.h"
*/
import "C"

import (
	"syscall"
	"unsafe"
)

// ReleaseSchema calls the producer's release, once; a released struct is left alone.
func ReleaseSchema(s *Schema) { C.ca_release_schema((*C.struct_ArrowSchema)(unsafe.Pointer(s))) }

// ReleaseArray calls the producer's release, once; a released struct is left alone.
func ReleaseArray(a *Array) { C.ca_release_array((*C.struct_ArrowArray)(unsafe.Pointer(a))) }

// ReleaseStream calls the producer's release, once; a released struct is left alone.
func ReleaseStream(s *Stream) { C.ca_release_stream(stream(s)) }

// Schema asks a stream for its schema. The caller owns it and releases it.
func (s *Stream) Schema(out *Schema) syscall.Errno {
	return syscall.Errno(C.ca_stream_schema(stream(s), (*C.struct_ArrowSchema)(unsafe.Pointer(out))))
}

// Next asks a stream for its next array: a released one is the end.
func (s *Stream) Next(out *Array) syscall.Errno {
	return syscall.Errno(C.ca_stream_next(stream(s), (*C.struct_ArrowArray)(unsafe.Pointer(out))))
}

// LastError is the message of the call that failed last, empty if there is none.
func (s *Stream) LastError() string { return C.GoString(C.ca_stream_error(stream(s))) }

func stream(s *Stream) *C.struct_ArrowArrayStream {
	return (*C.struct_ArrowArrayStream)(unsafe.Pointer(s))
}
