//go:build unix

package provision

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"
)

// poll is the time between two looks at a lock that someone else holds.
const poll = 200 * time.Millisecond

// flock takes the lock file for this process; waiting is called once when
// someone else has it. The kernel lets go when the holder dies, however it does.
func flock(ctx context.Context, path string, waiting func()) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	for first := true; ; first = false {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { _ = f.Close() }, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			_ = f.Close()
			return nil, err
		}
		if first {
			waiting()
		}
		select {
		case <-ctx.Done():
			_ = f.Close()
			return nil, context.Cause(ctx)
		case <-time.After(poll):
		}
	}
}
