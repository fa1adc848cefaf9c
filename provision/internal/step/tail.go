package step

import (
	"bytes"
	"io"
	"strings"
	"sync"
)

// kept is how many of the last lines go into an error.
const kept = 15

// tailWriter copies a child's output to the log, keeps its last lines and counts
// those that say something.
type tailWriter struct {
	log   io.Writer
	brief func(string) string

	mu    sync.Mutex
	part  []byte // a line that has not ended yet
	lines []string
	doing string // the newest line, shortened
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
	if line = strings.TrimSpace(line); line == "" {
		return
	}
	t.lines = append(t.lines, shorten(line))
	if len(t.lines) > kept {
		t.lines = t.lines[1:]
	}
	if t.brief != nil {
		line = t.brief(line)
	}
	if line != "" {
		t.doing = line
		t.count++
	}
}

// shorten cuts what no person would read to the end.
func shorten(line string) string {
	const most = 300
	if len(line) <= most {
		return line
	}
	return strings.ToValidUTF8(line[:most], "") + " ..."
}

// now returns what the child is doing and how many lines said so.
func (t *tailWriter) now() (string, int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.doing, t.count
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
