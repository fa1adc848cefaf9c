package threadprofile_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/threadprofile"
)

var factsPart = harness.Part("facts", func() {
	rt := openChild(threadprofile.Config{Python: os.Getenv("WANT_PYTHON")})
	facts := call(rt, "facts").(map[string]any)
	for _, name := range []string{"filesystem", "default", "stdout", "preferred", "open"} {
		wants(strings.ToLower(facts[name].(string)), "utf-8")
	}
	for name, want := range map[string]any{
		"utf8_mode": 1, "isolated": 1, "optimize": 0, "inspect": 0, "dev_mode": false, "ignore_environment": 1,
		"argv": []any{""}, "sigpipe": "<Handlers.SIG_IGN: 1>", "gil": !python(rt).Python.FreeThreaded,
		"executable": os.Getenv("WANT_EXECUTABLE"),
	} {
		harness.Assert(fmt.Sprint(facts[name]) == fmt.Sprint(want), "%s is %v, want %v", name, facts[name], want)
	}
	path := facts["path"].([]any)
	harness.Assert(!strings.Contains(fmt.Sprint(path), "/hostile"), "sys.path is %s", path)
	harness.Assert(!slices.Contains(path, any("")), "sys.path has the current folder: %s", path)
	run(rt, "import os; assert not os.environ.get('LC_CTYPE', '').startswith('C.'), 'Python changed the environment'")
	wants(call(rt, "run", "/bin/echo", "grüße"), snakepit.Tuple{0, "grüße\n", ""})
	for _, name := range []string{"PYTHONEXECUTABLE", "PYTHONHOME"} { // Go's environment is as it was
		wants(os.Getenv(name), os.Getenv("WANT_"+name))
	}
})

// TestHostileEnvironment starts Python among variables that would bend it, two of
// them even where it is isolated.
func TestHostileEnvironment(t *testing.T) {
	p := harness.Python(t)
	hostile := []string{
		"WANT_EXECUTABLE=" + p.Executable, "PYTHONHOME=/nonexistent", "WANT_PYTHONHOME=/nonexistent",
		"PYTHONEXECUTABLE=/hostile/python", "WANT_PYTHONEXECUTABLE=/hostile/python", "__PYVENV_LAUNCHER__=/hostile/python",
		"PYTHONPATH=/hostile", "PYTHONSTARTUP=/hostile/startup.py", "PYTHONPLATLIBDIR=hostile", "PYTHONUSERBASE=/hostile", "PYTHONPYCACHEPREFIX=/hostile",
		"PYTHONUTF8=0", "PYTHONIOENCODING=latin-1", "PYTHONOPTIMIZE=2", "PYTHONINSPECT=1", "PYTHONDEVMODE=1", "PYTHON_GIL=1", "PYTHONSAFEPATH=",
		"PYTHONFAULTHANDLER=1", "PYTHONUNBUFFERED=1", "PYTHONWARNINGS=error", "PYTHONVERBOSE=1",
	}
	for _, locale := range []string{"C", "POSIX", "en_US.UTF-8", "de_DE.ISO-8859-1", "no_such.locale", ""} {
		t.Run("LC_ALL="+locale, func(t *testing.T) {
			env := append(slices.Clone(hostile), "LC_ALL="+locale, "LANG="+locale)
			out := harness.Child{Part: factsPart, Env: env}.Succeed(t)
			require.Empty(t, out.Stderr)
		})
	}
}
