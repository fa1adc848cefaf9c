package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

func TestPipeline(t *testing.T) {
	harness.Python(t)
	file := filepath.Join(t.TempDir(), "orders.parquet")
	first := output(t, file)
	require.Regexp(t, `(?s)^Basel +.+Bern +.+Chur +.+Geneva +.+Lugano +.+Zurich +[^\n]+\n1572864 rows`, first)
	require.Contains(t, first, "bytes copied at the border: 0\n")
	written, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, sums(first), sums(output(t, file)), "the same of the file that is there")
	again, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, written.ModTime(), again.ModTime())
}

func output(t *testing.T, file string) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), file, &out))
	return out.String()
}

// sums are the lines without those that tell the time.
func sums(out string) string { return regexp.MustCompile(`\d+ rows.*`).ReplaceAllString(out, "") }
