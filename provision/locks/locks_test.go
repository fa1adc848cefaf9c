package locks_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/provision/locate"
	"github.com/gosnakepit/snakepit/provision/locks"
)

var names = []string{"cp313t", "cp314t", "cp310", "cp311", "cp312", "cp313", "cp314"}

func withGIL(name string) bool { return !strings.HasSuffix(name, "t") }

func TestForAnInterpreter(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		p    locate.Python
		want string
	}{
		{locate.Python{Major: 3, Minor: 13, FreeThreaded: true}, "cp313t"},
		{locate.Python{Major: 3, Minor: 14, FreeThreaded: true}, "cp314t"},
		{locate.Python{Major: 3, Minor: 13}, "cp313"},
		{locate.Python{Major: 3, Minor: 10}, "cp310"},
	} {
		lock, ok := locks.For(c.p)
		require.True(t, ok)
		assert.Equal(t, c.want, lock.Name)
	}
	_, ok := locks.For(locate.Python{Major: 3, Minor: 99, FreeThreaded: true})
	assert.False(t, ok)
}

func TestEveryLockHasWhatIsPromised(t *testing.T) {
	t.Parallel()
	for _, name := range names {
		lock, ok := locks.Named(name)
		require.True(t, ok)
		have := map[string]bool{}
		for _, r := range lock.Requirements() {
			have[r.Name] = true
			assert.Regexp(t, `^\d[\w.]*$`, r.Version)
		}
		wanted := []string{"numpy", "scipy", "scikit-learn", "pyarrow", "pandas", "joblib", "threadpoolctl", "pytest", "mypy", "ruff", "pydantic"}
		if withGIL(name) {
			wanted = append(wanted, "grpcio", "protobuf", "polars")
		}
		for _, want := range wanted {
			assert.True(t, have[want], "%s in %s", want, name)
		}
	}
}

var hash = regexp.MustCompile(`^    --hash=sha256:[0-9a-f]{64}( \\)?$`)

// Nothing but the lock's own ABI or pure Python is listed, compiled wheels are
// there for every platform, and each file has its hash.
func TestWheels(t *testing.T) {
	t.Parallel()
	for _, name := range names {
		lock, _ := locks.Named(name)
		files, hashes := 0, 0
		platforms := map[string]int{}
		for line := range strings.Lines(lock.Text) {
			line = strings.TrimSuffix(line, "\n")
			if hash.MatchString(line) {
				hashes++
			}
			file, ok := strings.CutPrefix(line, "# ")
			if !ok || !strings.HasSuffix(file, ".whl") {
				continue
			}
			files++
			parts := strings.Split(strings.TrimSuffix(file, ".whl"), "-")
			abi, platform := parts[len(parts)-2], parts[len(parts)-1]
			known := []string{name, "none"}
			if withGIL(name) {
				known = append(known, "abi3")
			}
			assert.Contains(t, known, abi, file)
			if platform != "any" {
				platforms[parts[0]]++
			}
		}
		assert.Equal(t, files, hashes, name)
		for pkg, n := range platforms {
			assert.Equal(t, 3, n, "%s of %s: x86_64, aarch64 and macOS", pkg, name)
		}
		assert.Len(t, lock.Hash(), 64)
		assert.NotContains(t, lock.Text, "://", "a lock names no index")
	}
}
