package doctor

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/gosnakepit/snakepit/provision/locate"
)

// compiler looks for what cgo uses: CC, or one of the usual names.
func (c *checkup) compiler(ctx context.Context) {
	names := []string{"cc", "gcc", "clang"}
	if cc := strings.Fields(c.getenv("CC")); len(cc) > 0 {
		names = cc[:1]
	}
	for _, name := range names {
		path, err := c.lookPath(name)
		if err != nil {
			continue
		}
		if out, err := c.run(ctx, path, "--version"); err == nil {
			version, _, _ := strings.Cut(out, "\n")
			c.add(OK, "C compiler", fmt.Sprintf("%s (%s)", path, version), "")
			return
		}
	}
	c.add(Warning, "C compiler", "none ("+strings.Join(names, ", ")+"): programs that host Python cannot be built here, only run",
		"install one (apt-get install gcc libc6-dev, dnf install gcc, xcode-select --install)")
}

const (
	mebibyte = 1 << 20
	// stackNeeded is what Python 3.13 may use before it notices that a recursion
	// has gone too deep.
	stackNeeded = 4 * mebibyte
)

// stack checks the limit that decides how large a thread's C stack is.
func (c *checkup) stack() {
	level := Warning
	if c.python.Major == 3 && c.python.Minor == 13 {
		level = Error // a thread with less is refused
	}
	const fix = "ulimit -s 8192 before the program starts (LimitSTACK=8M in a systemd unit)"
	size, unlimited, err := c.stackLimit()
	switch {
	case err != nil:
		c.add(Warning, "stack limit", "unknown: "+err.Error(), fix)
	case unlimited:
		c.add(level, "stack limit", "unlimited, which gives threads 2 MiB; Python needs 4 MiB", fix)
	case size < stackNeeded:
		c.add(level, "stack limit", fmt.Sprintf("%.1f MiB; Python needs 4 MiB", float64(size)/mebibyte), fix)
	default:
		c.add(OK, "stack limit", fmt.Sprintf("%d MiB", size/mebibyte), "")
	}
}

// cache checks that setup could write to its folder.
func (c *checkup) cache() {
	dir := c.CacheDir
	var err error
	if dir == "" {
		dir, err = locate.DefaultCacheDir()
	}
	if err == nil {
		err = writable(dir)
	}
	if err != nil {
		c.add(Warning, "cache folder", "cannot be written: "+err.Error(), "make it writable, or set XDG_CACHE_HOME to a folder that is")
		return
	}
	c.add(OK, "cache folder", dir, "")
}

func writable(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".doctor-*")
	if err != nil {
		return err
	}
	_ = f.Close()
	return os.Remove(f.Name())
}
