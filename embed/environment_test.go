package embed_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

var encodings = harness.Part("encodings", func() {
	got := call(open(), "probe:encodings_in_use", setting("DIR")).(map[string]any)
	for _, what := range []string{"fs", "locale", "open", "stdout"} {
		harness.Assert(got[what] == "utf-8", "%s is %v", what, got[what])
	}
	harness.Assert(string(got["data"].([]byte)) == "héllo 猫", "written %q", got["data"])
	listed := got["listed"].([]any)
	harness.Assert(len(listed) == 1 && listed[0] == "naïve-猫", "listed %q", listed)
	harness.Assert(got["PYTHONHOME"] == "/nonexistent", "the environment that Python sees was changed")
})

// TestHostileEnvironment checks that the user's environment, made to break any
// python, does not reach this one: it starts, and all text is UTF-8.
func TestHostileEnvironment(t *testing.T) {
	out := succeed(t, encodings, set("DIR", t.TempDir()), "LANG=C", "LC_ALL=POSIX", "PYTHONHOME=/nonexistent",
		"PYTHONPATH=/nonexistent", "PYTHONSTARTUP=x", "PYTHONUTF8=0", "PYTHONIOENCODING=latin-1")
	require.Equal(t, "printed 猫\n", out.Stdout)
	require.Empty(t, out.Stderr)
}
