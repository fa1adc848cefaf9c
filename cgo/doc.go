// Package cgo is the only code that touches the C API of CPython.
//
// libpython is loaded at run time ([Load]) into a table of function pointers, so
// that programs build without Python and start without it. Bindings in C carry
// the names of the functions they bind. A call is one entry ([Do]): attach, build
// the arguments, run, write the result, detach. C types never leave this package;
// an object of Python is an [Object], a number.
//
// Everything here is safe for use from any goroutine once [Init] has returned,
// and nothing here waits for Go while attached to Python.
package cgo
