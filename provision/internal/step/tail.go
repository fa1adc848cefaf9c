package step

import (
	"bytes"
	"io"
	"strings"
	"sync"
)

// kept is how many of the last lines go into an error.
const kept = 15

// tailWriter copies a child's output to the log, counts its lines and keeps the
// last ones.
type tailWriter struct {
	log io.Writer

	mu    sync.Mutex
	part  []byte // a line that has not ended yet
	lines []string
	count int
}

// Write takes output in pieces of any size.
func (t *tailWriter) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.part = append(t.part, p...)
	for {
		line, rest, found := bytes.Cut(t.part, []byte{'\n'})
		if !found {
			break
		}
		t.add(string(line))
		t.part = rest
	}
	return t.log.Write(p)
}

func (t *tailWriter) add(line string) {
	t.count++
	if line = strings.TrimSpace(line); line == "" {
		return
	}
	t.lines = append(t.lines, line)
	if len(t.lines) > kept {
		t.lines = t.lines[1:]
	}
}

// now returns the newest line and how many there were.
func (t *tailWriter) now() (string, int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.lines) == 0 {
		return "", t.count
	}
	return t.lines[len(t.lines)-1], t.count
}

// last returns the last lines, an unfinished one included.
func (t *tailWriter) last() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := append([]string(nil), t.lines...)
	if part := strings.TrimSpace(string(t.part)); part != "" {
		lines = append(lines, part)
	}
	return lines
}
