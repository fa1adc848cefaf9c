package carrow

/*
#include <stdlib.h>
#include "carrow.h"
*/
import "C"

import (
	"runtime/cgo"
	"syscall"
	"unsafe"
)

// Owner is told once that the last struct of an export, or a stream, was released.
// The call comes on any thread, and must not block.
type Owner interface{ Drop() }

// Source is what a stream asks for schema and arrays. It must not panic.
type Source interface {
	Owner
	Schema(out uintptr) (syscall.Errno, string)
	Next(out uintptr) (syscall.Errno, string) // leaves out as it is at the end
}

// HeaderSize is what the memory of an export has in front.
const HeaderSize = int(unsafe.Sizeof(C.ca_export{}))

// NewExport returns zeroed C memory: HeaderSize bytes, whose address is the Private
// of each struct of the export, and size bytes. It is freed when as many structs as
// said were released; owner, unless nil, is dropped before. nil: there is no memory.
func NewExport(size, structs int, owner Owner) unsafe.Pointer {
	var handle cgo.Handle
	if owner != nil {
		handle = cgo.NewHandle(owner)
	}
	p := unsafe.Pointer(C.ca_new_export(C.size_t(size), C.int64_t(structs), C.uintptr_t(handle)))
	if p == nil && owner != nil {
		handle.Delete()
	}
	return p
}

// LiveExports is how many exports without an owner are not released: owners count for
// themselves.
func LiveExports() int64 { return int64(C.ca_live_exports()) }

// SchemaRelease is the Release of a [Schema] in memory of [NewExport].
func SchemaRelease() unsafe.Pointer { return unsafe.Pointer(C.ca_schema_release) }

// ArrayRelease is the Release of an [Array] in memory of [NewExport].
func ArrayRelease() unsafe.Pointer { return unsafe.Pointer(C.ca_array_release) }

// FillStream makes out a stream of source, which is dropped when it is released.
func FillStream(out *Stream, source Source) syscall.Errno {
	handle := cgo.NewHandle(source)
	errno := syscall.Errno(C.ca_fill_stream(stream(out), C.uintptr_t(handle)))
	if errno != 0 {
		handle.Delete()
	}
	return errno
}

//export carrowDrop
func carrowDrop(handle C.uintptr_t) {
	h := cgo.Handle(handle)
	owner := h.Value().(Owner)
	h.Delete()
	owner.Drop()
}

//export carrowSchema
func carrowSchema(handle, out C.uintptr_t, message **C.char) C.int {
	return answer(message)(cgo.Handle(handle).Value().(Source).Schema(uintptr(out)))
}

//export carrowNext
func carrowNext(handle, out C.uintptr_t, message **C.char) C.int {
	return answer(message)(cgo.Handle(handle).Value().(Source).Next(uintptr(out)))
}

func answer(message **C.char) func(syscall.Errno, string) C.int {
	return func(errno syscall.Errno, text string) C.int {
		if errno != 0 {
			*message = C.CString(text)
		}
		return C.int(errno)
	}
}
