package provision

import (
	"context"
	"os/exec"

	"github.com/gosnakepit/snakepit/provision/locate"
	"github.com/gosnakepit/snakepit/provision/locks"
)

// Host is a machine made up by a test.
type Host struct {
	Root  string
	Euid  int
	Env   map[string]string
	Paths map[string]string
	Find  func(context.Context, locate.Options) (locate.Python, []locate.Attempt, error)
	Bases func(context.Context, locate.ProcessOptions) ([]locate.Python, []locate.Attempt, error)
	Exec  func(context.Context, *exec.Cmd) error
}

// SetupOn is Setup on a made-up machine.
func SetupOn(ctx context.Context, o Options, h Host) (Result, error) {
	return setUp(ctx, o, h.host())
}

// ToolOn is Tool on a made-up machine.
func ToolOn(ctx context.Context, o Options, h Host, name string, lock locks.Lock) (string, error) {
	return tool(ctx, o, h.host(), name, lock)
}

func (h Host) host() host {
	return host{
		root: h.Root, euid: h.Euid, find: h.Find, bases: h.Bases, exec: h.Exec,
		getenv: func(name string) string { return h.Env[name] },
		lookPath: func(name string) (string, error) {
			if path, ok := h.Paths[name]; ok {
				return path, nil
			}
			return "", exec.ErrNotFound
		},
	}
}

// BuildKey names a build's folder.
var BuildKey = buildKey

// Flock is the lock between two set-ups.
var Flock = flock
