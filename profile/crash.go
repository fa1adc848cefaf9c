package profile

import (
	"fmt"
	"strings"
)

// WorkerCrashError says that the process which ran a call, or was to run it, is gone.
type WorkerCrashError struct {
	Pool    string
	Worker  int    // its number within the pool
	Pid     int    // 0 if there was none
	Started bool   // the call may have begun in Python
	How     string // what ended the process: "killed by signal 9 (killed)", "exit status 3", …
	Signal  int    // that ended it, or 0
	Code    int    // its exit status, if no signal ended it
	Memory  bool   // the system killed it because memory ran out
	Stack   string // Python's stack at a fatal signal, if it told
	Output  string // the last that it printed
}

func (e *WorkerCrashError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "snakepit: worker %d of pool %q (process %d) is gone: %s; ", e.Worker, e.Pool, e.Pid, e.How)
	if e.Started {
		b.WriteString("the call may have begun (give snakepit.Idempotent() if it may be run again)")
	} else {
		b.WriteString("the call has not begun")
	}
	if e.Stack != "" {
		b.WriteString("\n" + e.Stack)
	} else if line := lastLine(e.Output); line != "" {
		fmt.Fprintf(&b, "; its last words: %s", line)
	}
	return b.String()
}

func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return text[strings.LastIndexByte(text, '\n')+1:]
}

// CopyError says that a call which must not copy would have copied.
type CopyError struct {
	Where string // "the arguments", "the result" or "an item"
	Bytes int
	Why   string // and what to do
}

func (e *CopyError) Error() string {
	return fmt.Sprintf("snakepit: RequireZeroCopy: %d bytes of %s %s", e.Bytes, e.Where, e.Why)
}

// Is makes errors.Is(err, ErrCopied) hold.
func (e *CopyError) Is(target error) bool { return target == ErrCopied }
