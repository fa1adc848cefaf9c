package threadprofile

import (
	"bytes"
	"context"
	"io"
	"log/slog"
)

// SlogWriter returns a writer for Config.Stdout or Stderr that makes each line a
// log record of the given level, with the line as its message.
func SlogWriter(log *slog.Logger, level slog.Level) io.Writer { return &lines{log, level} }

type lines struct {
	log   *slog.Logger
	level slog.Level
}

// Write logs the lines in p, which are whole: see Config.Stdout.
func (l *lines) Write(p []byte) (int, error) {
	for line := range bytes.Lines(p) {
		l.log.Log(context.Background(), l.level, string(bytes.TrimRight(line, "\r\n")))
	}
	return len(p), nil
}
