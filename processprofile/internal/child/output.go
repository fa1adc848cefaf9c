package child

import (
	"context"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"
)

// output takes what a child prints: keeps its end, and delivers it by lines.
type output struct {
	readers [2]*os.File
	done    chan struct{} // both readers have ended

	mu           sync.Mutex
	both, errors ring
	told         int64 // bytes of stderr

	delivery sync.Mutex // one line at a time
}

func newOutput(p *Process, stdout, stderr *os.File) *output {
	o := &output{readers: [2]*os.File{stdout, stderr}, done: make(chan struct{})}
	log := p.log.With("pid", p.pid)
	var running sync.WaitGroup
	running.Go(func() { o.follow(stdout, nil, sink(p.config.Stdout, log.With("stream", "stdout"))) })
	running.Go(func() { o.follow(stderr, &o.errors, sink(p.config.Stderr, log.With("stream", "stderr"))) })
	go func() {
		running.Wait()
		close(o.done)
	}()
	return o
}

// follow reads a pipe to its end.
func (o *output) follow(pipe *os.File, also *ring, deliver func([]byte)) {
	defer func() { _ = pipe.Close() }()
	lines := lines{deliver: func(line []byte) {
		o.delivery.Lock()
		defer o.delivery.Unlock()
		deliver(line)
	}}
	buf := make([]byte, 32<<10)
	for {
		n, err := pipe.Read(buf)
		o.keep(buf[:n], also)
		lines.write(buf[:n])
		if err != nil {
			lines.flush()
			return
		}
	}
}

func (o *output) keep(p []byte, also *ring) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.both.write(p)
	if also != nil {
		also.write(p)
		o.told += int64(len(p))
	}
}

func (o *output) last() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.both.String()
}

func (o *output) lastErrors() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.errors.String()
}

// finish waits until everything is read, no longer than the limit. A reader that
// waits for a pipe that somebody else keeps open ends then; one that waits for a
// writer of the program ends when that returns.
func (o *output) finish(limit time.Duration) {
	for _, r := range o.readers {
		_ = r.SetReadDeadline(time.Now().Add(limit))
	}
	timer := time.NewTimer(limit + limit/2)
	defer timer.Stop()
	select {
	case <-o.done:
	case <-timer.C:
	}
}

// sink returns who gets the lines, without their line feeds.
func sink(w io.Writer, log *slog.Logger) func([]byte) {
	if w != nil {
		return func(line []byte) { _, _ = w.Write(append(line, '\n')) }
	}
	return func(line []byte) {
		text := strings.ToValidUTF8(strings.TrimSuffix(string(line), "\r"), "\uFFFD")
		log.LogAttrs(context.Background(), slog.LevelInfo, text)
	}
}
