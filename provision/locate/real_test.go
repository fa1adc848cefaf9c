package locate_test

import (
	"errors"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/provision/locate"
)

const itself = `import sys, sysconfig
print(sys.version.split()[0], bool(sysconfig.get_config_var("Py_GIL_DISABLED")), sys.base_prefix, sys.prefix)`

// What was read from the files of this machine's Python is what it says itself.
func TestThisMachinesPython(t *testing.T) {
	t.Parallel()
	p, _, err := locate.Find(t.Context(), locate.Options{AllowGIL: true})
	if missing := (*locate.NotFoundError)(nil); errors.As(err, &missing) {
		t.Skip("there is no Python to look at: ", err)
	}
	require.NoError(t, err)
	inspected, err := locate.Inspect(t.Context(), p.Executable)
	require.NoError(t, err)
	inspected.Source = p.Source
	assert.Equal(t, p, inspected)
	out, err := exec.CommandContext(t.Context(), p.Executable, "-I", "-c", itself).Output()
	require.NoError(t, err)
	prefix := p.BasePrefix
	if p.Venv != "" {
		prefix = p.Venv
	}
	threading := map[bool]string{true: "True", false: "False"}[p.FreeThreaded]
	assert.Equal(t, []string{p.Version, threading, p.BasePrefix, prefix}, strings.Fields(string(out)))
}

func BenchmarkFind(b *testing.B) {
	for b.Loop() {
		_, _, _ = locate.Find(b.Context(), locate.Options{})
	}
}

func BenchmarkFindProcess(b *testing.B) {
	for b.Loop() {
		_, _, _ = locate.FindProcess(b.Context(), locate.ProcessOptions{})
	}
}
