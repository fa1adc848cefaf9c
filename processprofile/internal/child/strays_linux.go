package child

import (
	"errors"
	"os"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// candidate is a process that may have to be killed. Its start time tells it from a
// later process of the same number.
type candidate struct {
	pid, group int
	start      uint64
}

// carries reports whether the process, or the one that it was forked from, was
// started with the mark in its environment.
func (c candidate) carries(m mark) bool {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(c.pid) + "/environ")
	return err == nil && m.in(string(text))
}

// killAll kills the processes that match until there are none, or the limit is over.
// It returns how many were left.
func killAll(limit time.Duration, match func(candidate) bool) int {
	deadline := time.Now().Add(limit)
	for {
		found := find(match)
		for _, c := range found {
			c.kill(deadline)
		}
		if len(found) == 0 || time.Now().After(deadline) {
			return len(found)
		}
	}
}

// find looks through all processes that are alive.
func find(match func(candidate) bool) []candidate {
	names, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	var found []candidate
	for _, name := range names {
		pid, err := strconv.Atoi(name.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		s, err := stateOf(pid)
		if err != nil || s.Zombie() {
			continue
		}
		if c := (candidate{pid: pid, group: s.group, start: s.Start}); match(c) {
			found = append(found, c)
		}
	}
	return found
}

// kill kills one process and waits for its end.
func (c candidate) kill(deadline time.Time) {
	process, err := os.FindProcess(c.pid) // by pidfd
	if err != nil {
		return
	}
	defer func() { _ = process.Release() }()
	if startOf(c.pid) != c.start { // somebody else by now
		return
	}
	if process.Signal(syscall.SIGKILL) == nil {
		c.bury(process, deadline)
	}
}

// bury waits for the end of a killed process, and reaps it if the host has adopted it.
func (c candidate) bury(process *os.Process, deadline time.Time) {
	err := process.WithHandle(func(pidfd uintptr) {
		fds := []unix.PollFd{{Fd: int32(pidfd), Events: unix.POLLIN}}
		for {
			_, err := unix.Poll(fds, int(max(0, time.Until(deadline)).Milliseconds()))
			if !errors.Is(err, unix.EINTR) {
				break
			}
		}
		_ = unix.Waitid(unix.P_PIDFD, int(pidfd), nil, unix.WEXITED|unix.WNOHANG, nil)
	})
	for err != nil && c.alive() && time.Now().Before(deadline) { // no pidfds here
		time.Sleep(time.Millisecond)
	}
}

func (c candidate) alive() bool {
	s, err := stateOf(c.pid)
	return err == nil && s.Start == c.start && !s.Zombie()
}
