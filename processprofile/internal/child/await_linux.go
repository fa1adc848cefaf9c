package child

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// await waits until a child of ours has ended, without reaping it. The wait costs no
// thread where the kernel has pidfds. An error says that somebody else reaped it.
func await(pid int) error {
	fd, err := unix.PidfdOpen(pid, unix.PIDFD_NONBLOCK)
	if err != nil {
		return ended(unix.P_PID, pid, 0)
	}
	pidfd := os.NewFile(uintptr(fd), "pidfd")
	defer func() { _ = pidfd.Close() }()
	conn, err := pidfd.SyscallConn()
	if err != nil {
		return ended(unix.P_PID, pid, 0)
	}
	var result error
	err = conn.Read(func(fd uintptr) bool {
		result = ended(unix.P_PIDFD, int(fd), unix.WNOHANG)
		return !errors.Is(result, unix.EAGAIN)
	})
	if err != nil { // the pidfd cannot be polled
		return ended(unix.P_PID, pid, 0)
	}
	return result
}

// ended asks whether a child has ended, and leaves it to be reaped. EAGAIN says no.
func ended(kind, id, flags int) error {
	for {
		var info unix.Siginfo
		err := unix.Waitid(kind, id, &info, unix.WEXITED|unix.WNOWAIT|flags, nil)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case err == nil && info.Signo == 0:
			return unix.EAGAIN
		}
		return err
	}
}
