//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package child

import "syscall"

const sigcont = syscall.SIGCONT

// signalGroup sends a signal to a group whose leader is a child that was not reaped.
func signalGroup(pid int, s syscall.Signal) error { return syscall.Kill(-pid, s) }
