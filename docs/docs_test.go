package docs_test

import (
	"context"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/threadprofile"
)

func TestMain(m *testing.M) { harness.Main(m) }

var ctx0 = context.Background()

const folder = "snippets"

// open opens a runtime on one of the documents' adapters.
func open(t *testing.T, adapter string, c snakepit.Config) *snakepit.Runtime {
	t.Helper()
	harness.Python(t)
	c.Logger = slog.New(slog.DiscardHandler)
	c.Pools = []snakepit.PoolConfig{{
		Profile: threadprofile.New(threadprofile.Config{Adapter: adapter, Path: []string{folder}}),
		Workers: 2,
	}}
	rt, err := snakepit.Open(ctx0, c)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, rt.Close()) })
	return rt
}

// TestBlocks looks for each block of code of the documents in the files that the tests
// of this package run.
func TestBlocks(t *testing.T) {
	documents, err := filepath.Glob("*.md")
	require.NoError(t, err)
	have := map[string]string{"go": texts(t, "*_test.go"), "python": texts(t, filepath.Join(folder, "*.py"))}
	var found int
	for _, document := range documents {
		for _, b := range blocks(t, document) {
			if have[b.language] == "" {
				continue
			}
			found++
			require.Truef(t, strings.Contains(have[b.language], b.text), "%s has code that no test runs:\n%s", document, b.text)
		}
	}
	require.Greater(t, found, 15)
}

// TestWays wants an example for each row of the table of ways to share memory: a section
// with a block of Go, which the tests run.
func TestWays(t *testing.T) {
	source, err := os.ReadFile("zerocopy.md")
	require.NoError(t, err)
	sections := map[string]string{}
	for _, section := range strings.Split(string(source), "\n### ")[1:] {
		heading, text, _ := strings.Cut(section, "\n")
		sections["#"+regexp.MustCompile(`[^a-z-]`).ReplaceAllString(strings.ReplaceAll(strings.ToLower(heading), " ", "-"), "")] = text
	}
	table, _, _ := strings.Cut(string(source), "\n## ")
	rows := regexp.MustCompile(`(?m)^\| \[.*?\]\((#.*?)\) \|`).FindAllStringSubmatch(table, -1)
	require.Len(t, rows, strings.Count(table, "\n| ")-1, "each row but the heading has a link")
	for _, row := range rows {
		require.Contains(t, sections[row[1]], "```go\n", row[1])
	}
}

// TestReadme runs the program of the README.
func TestReadme(t *testing.T) {
	harness.Python(t)
	dir, err := os.MkdirTemp(".", "readme-")
	require.NoError(t, err)
	defer os.RemoveAll(dir)
	main := filepath.Join(dir, "main.go")
	require.NoError(t, os.WriteFile(main, []byte(program(t)), 0o600))
	out, err := exec.CommandContext(t.Context(), "go", "run", "./"+main).CombinedOutput()
	require.NoErrorf(t, err, "%s", out)
	require.Equal(t, "1.4142135623730951 <nil>\n", string(out))
}

func program(t *testing.T) string {
	for _, b := range blocks(t, filepath.Join("..", "README.md")) {
		if b.language == "go" {
			return b.text
		}
	}
	t.Fatal("the README has no program")
	return ""
}

type block struct{ language, text string }

// blocks returns the fenced blocks of a document, their lines without indentation.
func blocks(t *testing.T, document string) []block {
	t.Helper()
	source, err := os.ReadFile(document)
	require.NoError(t, err)
	var all []block
	for i, part := range strings.Split("\n"+string(source), "\n```") {
		if language, text, ok := strings.Cut(part, "\n"); ok && i%2 == 1 {
			all = append(all, block{language, flush(text)})
		}
	}
	return all
}

// texts returns the files of a pattern, their lines without indentation.
func texts(t *testing.T, pattern string) string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	require.NoError(t, err)
	var all strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		all.WriteString(flush(string(text)) + "\n")
	}
	return all.String()
}

func flush(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
