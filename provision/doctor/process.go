package doctor

import (
	"context"
	"errors"
	"fmt"

	"github.com/gosnakepit/snakepit/provision/locate"
)

// process makes the checks for Python in child processes.
func (c *checkup) process(ctx context.Context) Report {
	p, attempts, err := c.findProcess(ctx, locate.ProcessOptions{Python: c.Python, CacheDir: c.CacheDir, AllowFreeThreaded: true})
	if err == nil {
		c.python = p
		c.worker(ctx)
	} else {
		c.noWorker(err)
	}
	c.cache()
	return c.report(attempts, err)
}

func (c *checkup) noWorker(err error) {
	var missing *locate.NotFoundError
	if errors.As(err, &missing) {
		c.add(Error, "python", "there is none with grpcio (snakepit doctor --profile process -v says where it was looked for)", c.setup())
		return
	}
	c.add(Error, "python", err.Error(), "name a Python of 3.10 or newer with grpcio, or run "+c.setup())
}

// worker makes the checks that need a Python.
func (c *checkup) worker(ctx context.Context) {
	p := c.python
	found := fmt.Sprintf("%s at %s (%s)", p.Version, p.Executable, p.Source)
	if p.FreeThreaded {
		c.add(Warning, "python", found+" is free-threaded: grpcio turns its GIL on, and the process profile refuses it unless it is allowed to", c.setup())
	} else {
		c.add(OK, "python", found, "")
	}
	c.speaks(ctx, "grpcio", "grpc")
	c.speaks(ctx, "protobuf", "google.protobuf")
	c.packages(ctx)
	for _, name := range []string{"numpy", "pyarrow"} {
		c.imports(ctx, name)
	}
}

// speaks imports one of the packages without which a worker cannot talk.
func (c *checkup) speaks(ctx context.Context, distribution, module string) {
	out, err := c.ask(ctx, versionScript, module)
	if err != nil {
		c.add(Error, distribution, "its import fails: "+err.Error(), c.setup()+", or pip install "+distribution+" in the virtual environment")
		return
	}
	c.add(OK, distribution, out, "")
}

const versionScript = `import importlib, sys
print(importlib.import_module(sys.argv[1]).__version__)`
