package doctor

import (
	"context"

	"github.com/gosnakepit/snakepit/provision/locate"
)

// Machine is a machine made up by a test.
type Machine struct {
	Find       func(context.Context, locate.Options) (locate.Python, []locate.Attempt, error)
	Process    func(context.Context, locate.ProcessOptions) (locate.Python, []locate.Attempt, error)
	Run        func(ctx context.Context, argv ...string) (string, error)
	LookPath   func(string) (string, error)
	StackLimit func() (uint64, bool, error)
	Env        map[string]string
}

// RunOn is Run on a made-up machine.
func RunOn(ctx context.Context, m Machine, o Options) Report {
	return run(ctx, machine{
		find: m.Find, findProcess: m.Process, run: m.Run, lookPath: m.LookPath, stackLimit: m.StackLimit,
		getenv: func(name string) string { return m.Env[name] },
	}, o)
}
