package progress_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/provision/progress"
)

var story = []progress.Event{
	{Step: "compile", State: progress.Started},
	{Step: "compile", State: progress.Running, Detail: "a.c", Percent: 3, Elapsed: 2 * time.Second},
	{Step: "compile", State: progress.Running, Detail: "b.c", Percent: 9, Elapsed: 16 * time.Second},
	{Step: "compile", State: progress.Running, Detail: "c.c", Percent: 11, Elapsed: 20 * time.Second},
	{Step: "compile", State: progress.Note, Detail: "a word"},
	{Step: "compile", State: progress.Done, Elapsed: 154 * time.Second, Detail: "all"},
	{Step: "uv", State: progress.Skipped, Detail: "no network"},
	{Step: "pip", State: progress.Failed, Elapsed: 1500 * time.Millisecond},
}

func tell(sink progress.Sink) {
	for _, e := range story {
		sink(e)
	}
}

func TestPlain(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	tell(progress.Plain(&b))
	assert.Equal(t, []string{
		"compile ...", "compile ... 9%, 16s: b.c", "compile: a word", "compile: done in 2m34s: all",
		"uv: passed over: no network", "pip: failed after 1.5s",
	}, strings.Split(strings.TrimSpace(b.String()), "\n"))
	assert.NotContains(t, b.String(), "\x1b")
}

func TestLiveRedrawsOneLine(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	tell(progress.Live(&b, 80))
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	require.Len(t, lines, 4, "only ends and notes end a line")
	assert.Equal(t, 5, strings.Count(lines[0], "\r\x1b[K"), "each redraw clears the line")
	assert.True(t, strings.HasSuffix(lines[1], "✓ compile: done in 2m34s: all"))
	assert.True(t, strings.HasSuffix(lines[3], "✗ pip: failed after 1.5s"))
}

func TestLiveCutsAndCleans(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	progress.Live(&b, 20)(progress.Event{Step: "s", State: progress.Running, Detail: "\x1b[2Jöööööööööööööööööööööööööö"})
	line := strings.TrimPrefix(b.String(), "\r\x1b[K")
	assert.Equal(t, 19, len([]rune(line)))
	assert.NotContains(t, line, "\x1b")
}

func TestJSON(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	tell(progress.JSON(&b))
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	require.Len(t, lines, len(story))
	var e map[string]any
	require.NoError(t, json.Unmarshal([]byte(lines[2]), &e))
	assert.Equal(t, map[string]any{"step": "compile", "state": "running", "detail": "b.c", "percent": 9.0, "elapsed_s": 16.0}, e)
}

// A file is no terminal.
func TestAutoIsPlainForFiles(t *testing.T) {
	t.Parallel()
	f, err := os.Create(t.TempDir() + "/out")
	require.NoError(t, err)
	tell(progress.Auto(f))
	require.NoError(t, f.Close())
	data, err := os.ReadFile(f.Name())
	require.NoError(t, err)
	assert.NotContains(t, string(data), "\r")
	assert.Contains(t, string(data), "compile ...")
}
