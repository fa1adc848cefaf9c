//go:build unix

package doctor

import "syscall"

// stackLimit is the soft limit on the stack's size.
func stackLimit() (size uint64, unlimited bool, err error) {
	var l syscall.Rlimit
	err = syscall.Getrlimit(syscall.RLIMIT_STACK, &l)
	const most = 1 << 62 // the systems' words for "unlimited" are above this
	return uint64(l.Cur), uint64(l.Cur) > most, err
}
