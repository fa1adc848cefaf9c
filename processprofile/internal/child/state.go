package child

import "time"

// State is what the kernel tells of a process.
type State struct {
	Letter  byte          // R, S, D, T, Z, … as in ps
	CPU     time.Duration // used so far, by all its threads
	RSS     int64         // bytes in memory, shared pages included
	Threads int
	Start   uint64 // clock ticks between the machine's start and the process's

	parent, group int
}

// Stopped reports whether a signal or a debugger holds the process.
func (s State) Stopped() bool { return s.Letter == 'T' || s.Letter == 't' }

// Zombie reports whether the process has ended and waits to be reaped.
func (s State) Zombie() bool { return s.Letter == 'Z' || s.Letter == 'X' }
