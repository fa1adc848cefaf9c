package cgo

/*
#cgo CFLAGS: -std=gnu11 -O3 -Wall -Wextra
#cgo LDFLAGS: -ldl -lpthread
#include <stdio.h>
#include <stdlib.h>
#include "api.h"
#include "boot.h"
#include "init.h"
#include "signals.h"
#include "thread.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"unsafe"
)

const messageSize = 4096

func message(buf *[messageSize]byte) string {
	return C.GoString((*C.char)(unsafe.Pointer(&buf[0])))
}

// Load opens a libpython and looks up the functions used from it. It may be
// called once per process; the library stays loaded.
func Load(path string) error {
	var msg [messageSize]byte
	cpath := C.CString(path)
	defer C.free(unsafe.Pointer(cpath))
	if C.sp_load(cpath, (*C.char)(unsafe.Pointer(&msg[0])), messageSize) != 0 {
		return fmt.Errorf("libpython %s cannot be used: %s", path, message(&msg))
	}
	return nil
}

// Init starts the interpreter as if by executable, on the calling OS thread, which
// must be locked to its goroutine for the life of the process. On return the
// thread is detached.
func Init(executable string) error {
	if C.sp_stack_too_small() != 0 {
		return &UnattachedError{Reason: C.SP_SMALL_STACK}
	}
	var msg [messageSize]byte
	cexe := C.CString(executable)
	defer C.free(unsafe.Pointer(cexe))
	if C.sp_init(cexe, (*C.char)(unsafe.Pointer(&msg[0])), messageSize) != 0 {
		return fmt.Errorf("snakepit: Python did not start: %s", message(&msg))
	}
	if C.sp_boot() != 0 {
		return errors.New("snakepit: Python started, but the system has no thread-specific key left")
	}
	return nil
}

// Version returns what Py_GetVersion says; good after Load.
func Version() string { return C.GoString(C.sp_version()) }

// MergesOnExport reports whether objects whose last handle is released on another
// thread than made them are freed at once.
func MergesOnExport() bool { return C.sp_merges() != 0 }

// ThreadStates counts the interpreter's thread states.
func ThreadStates() int { return int(C.sp_states()) }

// SignalWithoutAltStack returns the first signal, from `from` on, whose handler
// lacks SA_ONSTACK and so would kill the process; 0 if there is none.
func SignalWithoutAltStack(from int) int {
	return int(C.sp_signal_without_altstack(C.int(from)))
}

// FlushC writes out what C code left in stdio's buffers.
func FlushC() { C.fflush(nil) }
