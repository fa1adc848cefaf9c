package cgo

/*
#cgo noescape sp_thread
#cgo nocallback sp_thread
#include <pthread.h>
#include <stdint.h>

static uintptr_t sp_thread(void) { return (uintptr_t)pthread_self(); }
*/
import "C"

// Thread identifies the OS thread that the caller is on. It means something to a goroutine
// that is locked to its thread, or was called from C; others may move at once.
func Thread() uintptr { return uintptr(C.sp_thread()) }
