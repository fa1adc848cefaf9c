//go:build darwin || freebsd || netbsd || openbsd || dragonfly

package child

import (
	"errors"
	"syscall"

	"golang.org/x/sys/unix"
)

// Other unixes: a child leads its own group and has its life pipe. The kernel does
// not help when the host is killed, and marks are not looked for.

const supported = true

func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// await waits until a child of ours has ended, without reaping it.
func await(pid int) error {
	kq, err := unix.Kqueue()
	if err != nil {
		return nil // the reaping will wait
	}
	defer func() { _ = unix.Close(kq) }()
	unix.CloseOnExec(kq)
	var event unix.Kevent_t
	unix.SetKevent(&event, pid, unix.EVFILT_PROC, unix.EV_ADD|unix.EV_ONESHOT)
	event.Fflags = unix.NOTE_EXIT
	for {
		_, err := unix.Kevent(kq, []unix.Kevent_t{event}, make([]unix.Kevent_t, 1), nil)
		if !errors.Is(err, unix.EINTR) {
			return nil // ESRCH: it is a zombie already
		}
	}
}
