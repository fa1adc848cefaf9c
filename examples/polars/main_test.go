package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

func TestRun(t *testing.T) {
	harness.ProcessPython(t)
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &out))
	text := out.String()
	require.Equal(t, zones, strings.Count(text, "fare_per_km"))
	require.Contains(t, text, "bytes copied to Python: 0\n")
	first := text[strings.Index(text, "zone"):]
	require.True(t, strings.HasPrefix(first, "zone 4"), first)
}
