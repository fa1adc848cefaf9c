package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

func TestStream(t *testing.T) {
	harness.Python(t)
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &out))
	require.Equal(t, "on the the gopher in digs above above …\nSNAKE IN SLEEPS IT PIT THE \n", out.String())
}
