//go:build cgo

package zarrow

import (
	"errors"
	"sync"
	"syscall"

	"github.com/gosnakepit/snakepit/cgo/carrow"
	"github.com/gosnakepit/snakepit/internal/capsule"
	"github.com/gosnakepit/snakepit/zerocopy/internal/lend"
)

func init() { schemas = carrow.LiveExports }

// outgoing is a stream in C's hands. It pulls one batch for each get_next.
type outgoing struct {
	plan *capsule.SchemaTree
	mu   sync.Mutex // consumers should not call at once, but some have threads
	src  batches
}

// Schema is get_schema.
func (s *outgoing) Schema(out uintptr) (syscall.Errno, string) {
	return errno(writeSchema(s.plan, lend.Pointer[carrow.Schema](out)))
}

// Next is get_next.
func (s *outgoing) Next(out uintptr) (syscall.Errno, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	data, err := pull(s.src)
	if err != nil || data == nil {
		return errno(err)
	}
	defer data.Release()
	return errno(lendOut(data, lend.Pointer[carrow.Array](out)))
}

// Drop is release, also long before the end.
func (s *outgoing) Drop() {
	live.streams.Add(-1)
	s.src.close()
}

func errno(err error) (syscall.Errno, string) {
	switch {
	case err == nil:
		return 0, ""
	case errors.Is(err, lend.ErrMemory):
		return syscall.ENOMEM, err.Error()
	}
	return capsule.Errno(err), err.Error()
}
