package child

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"time"
)

// Start starts a child and waits for its handshake. ctx bounds the start, not the
// life of the child. A child that does not get ready is killed, and gone when Start
// returns a *StartError with its own words.
func Start(ctx context.Context, config Config) (*Process, error) {
	config, err := config.normal()
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	p, err := prepare(config)
	if err != nil {
		return nil, err
	}
	greeting, err := p.launch()
	if err != nil {
		return nil, p.failed(err)
	}
	defer func() { _ = greeting.Close() }()
	p.greets, err = receive(ctx, greeting, config.StartTimeout)
	if err != nil {
		p.abandon(err)
		return nil, p.failed(err)
	}
	p.oom.settle(p.pid)
	return p, nil
}

// prepare makes what a process has before it runs.
func prepare(config Config) (*Process, error) {
	number := config.Registry.next()
	socket, err := config.Registry.socket(number)
	if err != nil {
		return nil, err
	}
	return &Process{
		config:    config,
		log:       config.Logger.With("pool", config.Pool, "slot", config.Slot),
		number:    number,
		mark:      mark{run: config.Registry.ID(), child: number},
		socket:    socket,
		token:     secret(),
		sent:      map[os.Signal]bool{},
		hurry:     make(chan struct{}),
		descended: make(chan struct{}),
		exited:    make(chan struct{}),
	}, nil
}

func secret() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// launch runs the program and begins to watch it. It returns the pipe of the
// handshake. If it fails there is no process.
func (p *Process) launch() (greeting *os.File, err error) {
	pipes, err := openPipes()
	if err != nil {
		return nil, err
	}
	defer pipes.closeChild()
	env, err := p.environ()
	if err != nil {
		pipes.closeHost()
		return nil, err
	}
	p.oom = newOOMWatch()
	p.os, err = spawn(p.config.Argv, &os.ProcAttr{Dir: p.config.Dir, Env: env, Files: pipes.files(p.config.Files)})
	if err != nil {
		pipes.closeHost()
		return nil, err
	}
	p.pid = p.os.Pid
	p.start = startOf(p.pid)
	p.life = pipes.life.host
	p.hold()
	p.out = newOutput(p, pipes.stdout.host, pipes.stderr.host)
	go p.watch()
	return pipes.greeting.host, nil
}

// hold makes the end of the host the end of the group, and writes the process down
// for the next host.
func (p *Process) hold() {
	var err error
	if p.leash, err = newLeash(p.pid); err != nil {
		p.log.Warn("a killed host may leave grandchildren of this worker", "pid", p.pid, "error", err)
	}
	if err := p.config.Registry.record(p); err != nil {
		p.log.Warn("the next host will not know of this worker", "pid", p.pid, "error", err)
	}
}

// abandon ends a process that did not get ready. One that said why, or has ended, is
// given a moment to end by itself, so that its exit and its last words are its own.
func (p *Process) abandon(cause error) {
	if p.greets.Error != "" || errors.Is(cause, errSilent) {
		p.wait(time.Second)
	}
	p.Kill("it did not start")
	p.wait(p.config.Limits.Kill)
}

// wait waits for the end of the process, and reports whether it came.
func (p *Process) wait(limit time.Duration) bool {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-p.exited:
		return true
	case <-timer.C:
		return false
	}
}

func (p *Process) failed(cause error) *StartError {
	e := &StartError{Program: p.config.Argv[0], Pool: p.config.Pool, Slot: p.config.Slot, Err: cause}
	select {
	case <-p.exited:
		e.Exit = p.exit
	default:
	}
	return e
}

// StartError is a child that did not get ready.
type StartError struct {
	Program string
	Pool    string
	Slot    int
	Err     error // what was wrong: the context's end, os.ErrDeadlineExceeded, or a sentence
	Exit    Exit  // how it ended; its zero value if there was no process
}

func (e *StartError) Error() string {
	text := fmt.Sprintf("worker %d of pool %q (%s) did not start: %v", e.Slot, e.Pool, e.Program, e.Err)
	if e.Exit.Pid == 0 {
		return text
	}
	if e.Exit.Class != Killed {
		text += "; it " + e.Exit.String()
	}
	if words := lastLines(e.Exit.Tail, 20); words != "" {
		text += "; its last words:\n" + words
	}
	return text
}

// Unwrap returns Err.
func (e *StartError) Unwrap() error { return e.Err }
