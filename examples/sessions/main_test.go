package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

func TestSessions(t *testing.T) {
	harness.Python(t)
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &out))
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Equal(t, "after hanging up: stranger, that was your sentence number 1, in English", lines[len(lines)-1])
	for user, language := range users {
		said := slices.DeleteFunc(slices.Clone(lines), func(l string) bool { return !strings.HasPrefix(l, user+": ") })
		require.Equal(t, []string{
			user + ": stranger, that was your sentence number 1, in " + language,
			user + ": " + user + ", that was your sentence number 2, in " + language,
			user + ": " + user + ", that was your sentence number 3, in " + language,
		}, said)
	}
}
