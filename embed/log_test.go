package embed_test

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/threadprofile"
)

// record keeps what is written to it, by several goroutines.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

func (r *record) count(part string) int { return strings.Count(r.String(), part) }

func (r *record) logger() *slog.Logger { return slog.New(slog.NewTextHandler(r, nil)) }

// openLogged opens a runtime in a child and returns its log.
func openLogged() (*snakepit.Runtime, *record) {
	log := &record{}
	rt, err := tryOpen(threadprofile.Config{}, log.logger())
	harness.Check(err)
	return rt, log
}
