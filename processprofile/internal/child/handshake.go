package child

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// Handshake is the line that a child writes when it is ready for calls.
type Handshake struct {
	Snakepit     int    `json:"snakepit"` // always 1
	Version      int    `json:"version"`
	Pid          int    `json:"pid"`
	Python       string `json:"python"`
	Executable   string `json:"executable"`
	GIL          bool   `json:"gil"`
	FreeThreaded bool   `json:"free_threaded"`
	GRPC         string `json:"grpc"`
	Error        string `json:"error,omitempty"` // why it cannot become ready
}

// errSilent is a handshake that did not come while the child had the time for it.
var errSilent = errors.New("it ended before it was ready")

// maxHandshake bounds the line.
const maxHandshake = 64 << 10

// receive reads the handshake from a pipe until the limit or the context's end.
func receive(ctx context.Context, pipe *os.File, limit time.Duration) (Handshake, error) {
	if err := pipe.SetReadDeadline(time.Now().Add(limit)); err != nil {
		return Handshake{}, fmt.Errorf("handshake: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = pipe.SetReadDeadline(time.Now()) })
	defer stop()
	line, err := bufio.NewReader(io.LimitReader(pipe, maxHandshake)).ReadBytes('\n')
	switch {
	case err == nil:
		return parseHandshake(line)
	case ctx.Err() != nil:
		return Handshake{}, context.Cause(ctx)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return Handshake{}, fmt.Errorf("it was not ready within %v: %w", limit, err)
	case len(line) > 0:
		return Handshake{}, fmt.Errorf("its handshake is no line: %.200q", line)
	}
	return Handshake{}, errSilent
}

func parseHandshake(line []byte) (Handshake, error) {
	var h Handshake
	if err := json.Unmarshal(line, &h); err != nil || h.Snakepit != 1 {
		return h, fmt.Errorf("it is no worker of Snakepit: its handshake is %.200q", line)
	}
	if h.Error != "" {
		return h, errors.New(h.Error)
	}
	return h, nil
}
