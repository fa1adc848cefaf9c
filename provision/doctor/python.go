package doctor

import (
	"context"
	"fmt"
	"strings"
)

// version reports the interpreter, and releases that are known to be bad.
func (c *checkup) version() {
	p := c.python
	found := fmt.Sprintf("%s at %s (%s)", p.Version, p.Executable, p.Source)
	if p.FreeThreaded && p.Minor == 13 && p.Micro < 6 {
		c.add(Warning, "python", found+": before 3.13.6 the memory of big lists is kept after they are freed", "snakepit setup --build")
		return
	}
	c.add(OK, "python", found, "")
}

const gilScript = `import sys
print(getattr(sys, "_is_gil_enabled", lambda: True)())`

// threading reports how the interpreter was built, and whether the GIL is off
// when it starts.
func (c *checkup) threading(ctx context.Context) {
	if !c.python.FreeThreaded {
		c.add(Warning, "free-threaded", "no: it has the GIL, and calls do not run in parallel", "snakepit setup")
		return
	}
	c.add(OK, "free-threaded", "yes", "")
	switch out, err := c.ask(ctx, gilScript); {
	case err != nil:
		c.add(Error, "GIL", "the interpreter does not start: "+err.Error(), "snakepit setup --build")
	case out != "False":
		c.add(Warning, "GIL", "on when the interpreter starts, whatever it imports", "snakepit setup --build")
	default:
		c.add(OK, "GIL", "off", "")
	}
}

const loadScript = `import ctypes, os, sys
ctypes.CDLL(sys.argv[1], os.RTLD_NOW | os.RTLD_GLOBAL).Py_GetVersion`

// library loads libpython the way a program does.
func (c *checkup) library(ctx context.Context) {
	if _, err := c.ask(ctx, loadScript, c.python.Library); err != nil {
		c.add(Error, "shared library", fmt.Sprintf("%s does not load: %v", c.python.Library, err), "snakepit setup --build")
		return
	}
	c.add(OK, "shared library", c.python.Library, "")
}

const importScript = `import importlib, importlib.util, sys
if importlib.util.find_spec(sys.argv[1]) is None:
    print("none")
else:
    module = importlib.import_module(sys.argv[1])
    print(module.__version__, getattr(sys, "_is_gil_enabled", lambda: True)())`

// imports imports a library in a child of its own, since a crash is one of the
// ways in which that fails.
func (c *checkup) imports(ctx context.Context, name string) {
	out, err := c.ask(ctx, importScript, name)
	if out == "none" {
		err = errNone
	}
	version, gil, _ := strings.Cut(out, " ")
	switch {
	case err == errNone:
		c.add(Warning, name, "not installed", c.setup()+", or pip install "+name+" in the virtual environment")
	case err != nil:
		c.add(Error, name, "its import fails: "+err.Error(), "remove the virtual environment and run "+c.setup())
	case c.python.FreeThreaded && gil != "False":
		c.add(Warning, name, version+": its import turns the GIL on for the whole process", "take a release that supports free threading")
	default:
		c.add(OK, name, version, "")
	}
}
