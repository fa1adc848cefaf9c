package cgo

/*
#cgo noescape sp_holds_gone
#cgo nocallback sp_holds_gone
#include <stdlib.h>
#include <string.h>
#include "hold.h"
#include "view.h"
*/
import "C"

import (
	"fmt"
	"os"
	"syscall"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/hold"
	"github.com/gosnakepit/snakepit/internal/offheap"
	"github.com/gosnakepit/snakepit/internal/wire"
)

func init() {
	offheap.SetAllocator(allocate, func(p unsafe.Pointer) { C.free(p) })
	wire.ReleaseView = func(view uintptr) { C.sp_view_release(C.uintptr_t(view)) }
}

const lineSize = 64

func allocate(n int) unsafe.Pointer {
	var p unsafe.Pointer
	if C.posix_memalign(&p, lineSize, C.size_t(n)) != 0 {
		return nil
	}
	return p
}

// WatchHolds hears, for the life of the process, of what Python held last.
func WatchHolds() error {
	var ends [2]int
	if err := syscall.Pipe2(ends[:], syscall.O_CLOEXEC|syscall.O_NONBLOCK); err != nil {
		return fmt.Errorf("snakepit: no pipe to hear of memory that Python gives back: %w", err)
	}
	C.sp_holds_wake(C.int(ends[1]))
	go hear(os.NewFile(uintptr(ends[0]), "holds"))
	return nil
}

func hear(news *os.File) {
	var some [64]byte
	for {
		if _, err := news.Read(some[:]); err != nil {
			return // never: the other end stays open
		}
		var index C.uint64_t
		for C.sp_holds_gone(&index) != 0 {
			hold.Dropped(uint64(index))
		}
	}
}

// Synchronizer is an owner of device memory that must be asked before work on a stream
// reads it.
type Synchronizer interface{ Synchronize(stream uintptr) error }

//export snakepitSynchronize
func snakepitSynchronize(index C.uint64_t, stream C.int64_t) (failed *C.char) {
	defer func() {
		if p := recover(); p != nil {
			failed = C.CString(fmt.Sprintf("panic in Go: %v", p))
		}
	}()
	s, ok := hold.At(uint64(index)).Owner().(Synchronizer)
	if !ok {
		return nil
	}
	if err := s.Synchronize(uintptr(stream)); err != nil {
		return C.CString(err.Error())
	}
	return nil
}
