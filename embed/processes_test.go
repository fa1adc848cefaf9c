package embed_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

// TestSubprocess starts sys.executable from Python; it is a python.
func TestSubprocess(t *testing.T) {
	v, err := opened(t).Call(ctx0, "probe:run_python")
	require.NoError(t, err)
	require.Equal(t, harness.Python(t).Executable+" ['-c', 'x']\n", v)
}

var pool = harness.Part("a pool of processes", func() {
	rt := open()
	got := call(rt, "probe:spawn_pool")
	want := value.Tuple{"spawn", []any{int64(-1), int64(-2), int64(-3)}}
	harness.Assert(reflect.DeepEqual(got, want), "got %v", got)
	harness.Check(rt.Close())
})

// TestMultiprocessing runs a pool of processes: by default they are spawned, not
// forked, and Close ends it without complaints about leaked semaphores.
func TestMultiprocessing(t *testing.T) {
	require.Empty(t, succeed(t, pool).Stderr)
}

// TestRefusals checks that what would break a Go program is refused with a sentence.
func TestRefusals(t *testing.T) {
	rt := opened(t)
	for _, c := range [][3]string{
		{"os", "fork", "os.fork() is refused inside a Go program"},
		{"os", "forkpty", "os.fork() is refused inside a Go program"},
		{"posix", "fork", "os.fork() is refused inside a Go program"},
		{"faulthandler", "enable", "faulthandler.enable() is refused inside a Go program"},
	} {
		v, err := rt.Call(ctx0, "probe:refused", c[0], c[1])
		require.NoError(t, err)
		require.Contains(t, v, c[2], "%s.%s", c[0], c[1])
	}
}
