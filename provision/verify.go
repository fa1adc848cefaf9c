package provision

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/gosnakepit/snakepit/provision/internal/step"
)

// builtModules are the compiled modules that a build must have. A missing
// library on the machine leaves one out without an error.
var builtModules = []string{"ssl", "ctypes", "zlib", "sqlite3", "bz2", "lzma", "ensurepip", "venv"}

// foundModules are those without which an interpreter of someone else's making
// is of no use.
var foundModules = []string{"ssl", "ctypes", "zlib", "venv"}

// importAll prints the modules that cannot be imported, each with the reason.
const importAll = `import importlib, sys
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except Exception as e:
        print(name, e, sep=": ")`

// verify imports the modules in a child of their own.
func (s *setup) verify(ctx context.Context, st *step.Step, python string, modules, env []string) error {
	lacking, err := s.lacking(ctx, st, python, modules, env)
	if err != nil {
		return err
	}
	if lacking != "" {
		err := fmt.Errorf("it lacks modules of the standard library: %s", lacking)
		return st.Fail(err, "install what the missing ones need and run it again: "+installCommand(dependencies))
	}
	return nil
}

// lacking is what the modules that cannot be imported say.
func (s *setup) lacking(ctx context.Context, st *step.Step, python string, modules, env []string) (string, error) {
	var out bytes.Buffer
	argv := append([]string{python, "-I", "-c", importAll}, modules...)
	err := st.Run(ctx, step.Command{Argv: argv, Env: env, Stdout: &out})
	return strings.ReplaceAll(strings.TrimSpace(out.String()), "\n", "; "), err
}
