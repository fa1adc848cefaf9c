package provision

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/gosnakepit/snakepit/provision/locate"
)

// cache is the layout of the cache folder:
//
//	pythons/KEY/manifest.json   what locate reads
//	pythons/KEY/install/        an installation that was made here
//	pythons/KEY/venv-HASH/      its packages, by the lock's hash
//	process/KEY/                the same, of Pythons for the process profile
//	tools/NAME-HASH/            environments of tools that development needs
//	tmp/                        what is being made; leftovers go at the next start
//	logs/TIME/                  the output of a set-up's steps
//	setup.lock                  held while one works
type cache struct{ dir string }

func openCache(dir string) (cache, error) {
	if dir == "" {
		var err error
		if dir, err = locate.DefaultCacheDir(); err != nil {
			return cache{}, &Error{Step: "cache", Err: err, Fix: "set HOME, or XDG_CACHE_HOME to a folder that can be written"}
		}
	}
	dir, err := filepath.Abs(dir)
	if err == nil {
		err = os.MkdirAll(locate.PythonsDir(dir), 0o755)
	}
	if err != nil {
		return cache{}, &Error{Step: "cache", Err: err, Fix: "make " + dir + " writable, or set XDG_CACHE_HOME to a folder that is"}
	}
	return cache{dir}, nil
}

func (c cache) python(key string) string { return filepath.Join(locate.PythonsDir(c.dir), key) }

func (c cache) lockFile() string { return filepath.Join(c.dir, "setup.lock") }

// temp makes a folder for something unfinished. It is on the same file system
// as its final place, so that a rename can move it there.
func (c cache) temp(name string) (string, error) {
	parent := filepath.Join(c.dir, "tmp")
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return "", err
	}
	return os.MkdirTemp(parent, name+"-")
}

// keptLogs is how many set-ups' output stays.
const keptLogs = 5

// logs names a new folder for this set-up's output and drops the oldest ones.
func (c cache) logs(now time.Time) string {
	parent := filepath.Join(c.dir, "logs")
	old, _ := filepath.Glob(filepath.Join(parent, "*"))
	slices.Sort(old)
	for _, dir := range old[:max(0, len(old)-keptLogs+1)] {
		_ = os.RemoveAll(dir)
	}
	return filepath.Join(parent, now.Format("20060102-150405.000"))
}

// sweep removes what interrupted set-ups left: unfinished work and folders
// without a record. Only the lock's holder may call it.
func (c cache) sweep() error {
	if err := c.sweepTemp(); err != nil {
		return err
	}
	for _, parent := range []string{locate.PythonsDir(c.dir), locate.ProcessDir(c.dir)} {
		if err := sweepUnrecorded(parent); err != nil {
			return err
		}
	}
	return nil
}

func sweepUnrecorded(parent string) error {
	entries, err := os.ReadDir(parent)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		dir := filepath.Join(parent, e.Name())
		if _, err := os.Stat(filepath.Join(dir, locate.ManifestName)); err == nil {
			continue
		}
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	return nil
}

func (c cache) sweepTemp() error {
	return os.RemoveAll(filepath.Join(c.dir, "tmp"))
}

// buildKey names a build by version, platform and options. The distribution's
// release is part of the platform: it decides the libraries to link with.
func buildKey(version, platform string, gil bool, options []string) string {
	return fmt.Sprintf("cpython-%s-%s-%s-%s", versionName(version, gil), platform, runtime.GOARCH, digest(options...))
}

func versionName(version string, gil bool) string {
	if gil {
		return version
	}
	return version + "t"
}

func digest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:4])
}
