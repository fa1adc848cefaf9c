package child

import (
	"log/slog"
	"os"
	"sync"
)

// Process is a child process, from its handshake until it was reaped and nothing of
// it is left. Its methods may be called by any goroutine, at any time.
type Process struct {
	config Config
	log    *slog.Logger
	number int // within the run
	mark   mark
	socket string
	token  string
	greets Handshake

	os    *os.Process
	pid   int
	start uint64 // when it began, as the kernel counts
	out   *output
	leash *leash
	oom   *oomWatch

	life     *os.File // the host's end
	lifeOnce sync.Once

	mu     sync.Mutex // guards what follows; and no signal is sent to the group after reaped
	reaped bool
	asked  bool   // Stop was called
	why    string // Kill was called
	sent   map[os.Signal]bool
	step   string // what Stop did last

	ladder    sync.Once
	hurryOnce sync.Once
	hurry     chan struct{} // closed: Stop shall not wait any longer
	descended chan struct{} // closed: Stop has nothing left to try

	exited chan struct{}
	exit   Exit // valid once exited is closed
}

// Pid returns the number of the process, which is also that of its group. It may
// belong to somebody else once Exited is closed.
func (p *Process) Pid() int { return p.pid }

// Socket returns the path of the Unix socket that the child listens on.
func (p *Process) Socket() string { return p.socket }

// Token returns what every call must carry.
func (p *Process) Token() string { return p.token }

// Handshake returns what the child said of itself when it was ready.
func (p *Process) Handshake() Handshake { return p.greets }

// Exited returns a channel that is closed when the process has been reaped, what was
// left of its group is dead, and what it had printed is in Tail.
func (p *Process) Exited() <-chan struct{} { return p.exited }

// Exit waits until Exited is closed and returns how the process ended.
func (p *Process) Exit() Exit {
	<-p.exited
	return p.exit
}

// Tail returns the last 64 KiB that the child printed, to stdout and stderr.
func (p *Process) Tail() string { return p.out.last() }

// State looks at the process from outside. Once it was reaped the error is
// os.ErrProcessDone; where the system does not tell, errors.ErrUnsupported.
func (p *Process) State() (State, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.reaped {
		return State{}, os.ErrProcessDone
	}
	return stateOf(p.pid)
}
