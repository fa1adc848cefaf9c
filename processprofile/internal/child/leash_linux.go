package child

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// leash is the kernel's promise that a process group is killed when the host ends,
// however it ends. A pipe's reading end may name a group that is sent a signal when
// something happens to the pipe: here SIGKILL, when the writing end is closed. Both
// ends are the host's alone. The kernel remembers the group itself and not its
// number, so that nobody else is ever hit.
//
// A reading end that is closed first tells nobody, and kernels differ in the order
// in which they close what an ended process had open. There are two pipes
// therefore, one for each order.
type leash struct {
	read, write [2]int
}

func newLeash(group int) (*leash, error) {
	l := &leash{read: [2]int{-1, -1}, write: [2]int{-1, -1}}
	for i := range l.read {
		if err := l.open(i, group); err != nil {
			l.close()
			return nil, fmt.Errorf("child: leash: %w", err)
		}
	}
	return l, nil
}

func (l *leash) open(i, group int) error {
	var fds [2]int
	if err := unix.Pipe2(fds[:], unix.O_CLOEXEC|unix.O_NONBLOCK); err != nil {
		return err
	}
	l.read[i], l.write[i] = fds[0], fds[1]
	lower, higher := &l.read[i], &l.write[i]
	if i == 1 {
		lower, higher = higher, lower
	}
	if err := lift(higher, *lower); err != nil {
		return err
	}
	for _, c := range [...][2]int{{unix.F_SETOWN, -group}, {unix.F_SETSIG, int(unix.SIGKILL)}, {unix.F_SETFL, unix.O_NONBLOCK | unix.O_ASYNC}} {
		if _, err := unix.FcntlInt(uintptr(l.read[i]), c[0], c[1]); err != nil {
			return err
		}
	}
	return nil
}

// lift gives a descriptor a number above another one.
func lift(fd *int, above int) error {
	if *fd > above {
		return nil
	}
	higher, err := unix.FcntlInt(uintptr(*fd), unix.F_DUPFD_CLOEXEC, above+1)
	if err != nil {
		return err
	}
	_ = unix.Close(*fd)
	*fd = higher
	return nil
}

// close lets the group go, without a signal: the reading ends go first.
func (l *leash) close() {
	if l == nil {
		return
	}
	for _, fd := range []int{l.read[0], l.read[1], l.write[0], l.write[1]} {
		if fd >= 0 {
			_ = unix.Close(fd)
		}
	}
}
