// Package threadprofile runs Python in the Go process, on a free-threaded libpython
// that is loaded at run time: a call is a function call, from any goroutine, on
// every core.
//
// A worker is a permit and a namespace, not a thread. A call whose context cannot
// be cancelled runs on the caller's own OS thread. One whose context can be
// cancelled runs on a goroutine of the worker's, so that the caller returns at its
// deadline even while Python is in C code; [Config.Inline] turns that off. Python is told
// of the end by an exception, and a worker that does not come back is replaced.
//
// A crash in a C extension takes the process along. Use the process profile for
// code that may crash.
package threadprofile
