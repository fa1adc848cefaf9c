package child

import (
	"fmt"
	"syscall"
	"time"
)

// Class is why a process ended.
type Class int

// Classes of exits.
const (
	Unknown     Class = iota // somebody else reaped it
	Clean                    // by itself, with exit status 0
	Failed                   // by itself, with another exit status
	Signaled                 // by a signal that was not ours
	OutOfMemory              // by the kernel, for want of memory
	Killed                   // by Kill: see Exit.Reason
	Asked                    // by Stop: see Exit.Reason
)

var classes = [...]string{"unknown", "clean", "failed", "signaled", "out of memory", "killed", "asked"}

func (c Class) String() string {
	if c < 0 || int(c) >= len(classes) {
		return fmt.Sprintf("Class(%d)", int(c))
	}
	return classes[c]
}

// Exit is how a process ended.
type Exit struct {
	Class  Class
	Pid    int
	Code   int            // exit status; -1 if a signal ended it
	Signal syscall.Signal // that did; 0 if none
	Core   bool           // it left a core dump
	OOM    bool           // the kernel killed it for want of memory
	Reason string         // Killed: what Kill was told; Asked: the step of Stop that did it
	CPU    time.Duration  // what it and its reaped children had used
	Stack  string         // what Python's faulthandler wrote when it crashed
	Tail   string         // the last 64 KiB that it printed
}

// String says it in words that continue a sentence: "exited with status 3".
func (e Exit) String() string {
	switch e.Class {
	case Clean, Failed:
		return fmt.Sprintf("exited with status %d", e.Code)
	case Signaled:
		return "was ended by signal " + e.signal()
	case OutOfMemory:
		return "was killed by the kernel because memory ran out"
	case Killed:
		return "was killed: " + e.Reason
	case Asked:
		return "was stopped: " + e.Reason
	}
	return "ended, nobody knows how: another part of the program reaped it"
}

func (e Exit) signal() string {
	text := fmt.Sprintf("%d (%v)", int(e.Signal), e.Signal)
	if e.Core {
		text += ", core dumped"
	}
	return text
}

// describe makes the record of an exit. Only a cause that fits the wait status counts.
func (p *Process) describe(status syscall.WaitStatus, lost bool) Exit {
	e := Exit{Pid: p.pid, Code: status.ExitStatus(), Tail: p.out.last(), Stack: faultStack(p.out.lastErrors())}
	if status.Signaled() {
		e.Signal, e.Core = status.Signal(), status.CoreDump()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	e.OOM = e.Signal == syscall.SIGKILL && !p.sent[syscall.SIGKILL] && p.oom.rose()
	switch ours := e.Signal == 0 || p.sent[e.Signal]; {
	case lost:
		e.Class, e.Code = Unknown, -1
	case e.OOM:
		e.Class = OutOfMemory
	case p.why != "" && e.Signal == syscall.SIGKILL:
		e.Class, e.Reason = Killed, p.why
	case p.asked && ours:
		e.Class, e.Reason = Asked, p.step
	case e.Signal != 0:
		e.Class = Signaled
	case e.Code != 0:
		e.Class = Failed
	default:
		e.Class = Clean
	}
	return e
}
