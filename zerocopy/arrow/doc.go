// Package zarrow lends Arrow data to Python and borrows it from there, without a
// copy: records, arrays, tables, streams and schemas of arrow-go v17, as objects
// with Arrow's PyCapsule methods. pyarrow, pandas, polars, duckdb and others take
// and give such objects with their own constructors; none of them is imported here.
//
// [Wrap] makes an argument of a value. [AsRecord], [AsReader], [AsTable], [AsArray],
// [AsChunked], [AsSchema] and [AsField] read a result.
//
// # Who owns what
//
// Wrap retains its value. The Go program owns the [Value] and releases it after the
// call; Python's objects and all that consumers made of them hold the data by
// themselves, as long as they like. If Wrap fails, nothing was retained.
//
// The results of the As functions share Python's memory. Whoever asked owns them and
// releases them like any value of arrow-go: then, and not before, Python gets its
// memory back. If they fail, everything was given back.
//
// # Memory of Go
//
// Buffers on Go's heap are pinned while a consumer holds them, which makes it legal
// for C to keep their addresses. Pinned memory cannot be freed, so what is to live
// long in Python is better built with [Allocator], whose memory is not Go's.
//
// Buffers are immutable once lent, on both sides.
//
// The last reference may be Python's: then the Free of the data's allocator is called
// from there, on any thread, while Python's threads may wait for this one. An allocator
// of the program's own must not wait in it for anything that needs Python.
//
// # Without cgo
//
// C's structs need cgo. Built without it, the package speaks to Python in other processes
// only.
package zarrow
