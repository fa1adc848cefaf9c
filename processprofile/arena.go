package processprofile

import (
	"sync"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/offheap"
	"github.com/gosnakepit/snakepit/internal/shm"
)

// arena is the memory of this process that all its children see. Programs that import this
// package get tensors and buffers of 4 KiB and more from there; nil where the system has
// no such memory.
var arena = sync.OnceValue(func() *shm.Arena {
	a, err := shm.NewArena(shm.Options{})
	if err != nil {
		return nil
	}
	offheap.Share(a)
	return a
})

func init() { arena() }

func addressOf(b []byte) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(b))) }
