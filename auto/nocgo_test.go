//go:build !cgo

package auto_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/auto"
)

func TestProcessAloneWithoutCgo(t *testing.T) {
	needsProcess(t)
	c := auto.Config{Adapter: "greeter", Path: []string{modules(t, map[string]string{"greeter": "def greet():\n    return 'hello'\n"})}}
	s, _ := chosen(t, c)
	require.Equal(t, "process", s.Profile)
	require.Equal(t, "this program was built without cgo", s.Reason)
}
