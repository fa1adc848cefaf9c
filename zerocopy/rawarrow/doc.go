// Package rawarrow passes Arrow data between Python and any Arrow implementation that
// speaks the C data interface, by the addresses of its C structs and without a copy:
// arrow-go v18, nanoarrow, a C library. Programs on arrow-go v17 have it easier with
// package zarrow; this package does not link arrow-go.
//
// To Python, with arrow-go v18 and its package cdata:
//
//	var schema cdata.CArrowSchema
//	var array cdata.CArrowArray
//	cdata.ExportArrowRecordBatch(rec, &array, &schema)
//	v, err := rawarrow.ImportFrom(unsafe.Pointer(&schema), unsafe.Pointer(&array))
//
// and v is an argument of calls. From Python, where v is an object that a call returned:
//
//	var schema cdata.CArrowSchema
//	var array cdata.CArrowArray
//	err := rawarrow.ExportTo(v, unsafe.Pointer(&schema), unsafe.Pointer(&array))
//	rec, err := cdata.ImportCRecordBatch(&array, &schema)
//
// # Who owns what
//
// The Import functions take the structs over, with success and without: the caller's
// are marked as released, and after an error their content was released. The Go
// program owns the [Value] and releases it after the call. The data is released, by
// its maker's callback and on any thread, when the Go program, Python's objects and
// all that consumers made of them are done with it.
//
// The Export functions give the structs to the caller, who releases them or has his
// implementation do so: then, and not before, Python gets its memory back. After an
// error they left the caller's memory as it was. The Python object stays the caller's.
//
// # Memory
//
// The structs themselves may lie anywhere, also in Go variables. The buffers may not
// lie on Go's heap unless they are pinned for as long as a consumer can hold them:
// arrow-go v18 does not pin, so build what is exported with its memory/mallocator.
// Buffers are immutable once lent, on both sides. What lies in them is not checked
// here; pyarrow's validate(full=True) and zarrow.Validate do.
//
// The package needs cgo.
package rawarrow
