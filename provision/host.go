package provision

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/gosnakepit/snakepit/provision/internal/apt"
	"github.com/gosnakepit/snakepit/provision/locate"
)

// host is the machine that a set-up works on. Tests make one up.
type host struct {
	root     string // where /etc is
	euid     int
	getenv   func(string) string
	lookPath func(string) (string, error)
	find     func(context.Context, locate.Options) (locate.Python, []locate.Attempt, error)
	bases    func(context.Context, locate.ProcessOptions) ([]locate.Python, []locate.Attempt, error)
	exec     func(context.Context, *exec.Cmd) error // nil starts children
}

func thisHost() host {
	return host{root: "/", euid: os.Geteuid(), getenv: os.Getenv, lookPath: exec.LookPath, find: locate.Find, bases: locate.ProcessBases}
}

func (h host) release() apt.OSRelease {
	return apt.ReadOSRelease(filepath.Join(h.root, "etc/os-release"))
}
