package vet

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"github.com/gosnakepit/snakepit/provision/internal/child"
	"github.com/gosnakepit/snakepit/provision/locate"
)

// limit bounds the imports, all taken together.
const limit = 2 * time.Minute

// script imports the modules one after the other and tells of each on a copy of its
// standard output, since modules may print.
const script = `import importlib, json, os, sys
out = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
path, names = json.loads(sys.argv[1])
sys.path[:0] = path
gil = getattr(sys, "_is_gil_enabled", lambda: True)
for name in names:
    off = not gil()
    fault = ""
    try:
        importlib.import_module(name)
    except BaseException as e:
        fault = type(e).__name__ + ": " + str(e)
    print(json.dumps({"fault": fault, "gil": off and gil()}), file=out, flush=True)
out.close()
os._exit(0)`

// Objection is why a library had better not be imported in process.
type Objection struct {
	Library string
	// GIL says that it can be imported and turns the GIL on.
	GIL bool
	// Err says why it cannot be imported; nil if GIL is set.
	Err error
}

// Error names the library and what is wrong with it.
func (o *Objection) Error() string {
	if o.GIL {
		return fmt.Sprintf("importing %s turns the GIL on", o.Library)
	}
	return fmt.Sprintf("%s cannot be imported: %v", o.Library, o.Err)
}

// Unwrap returns why it cannot be imported.
func (o *Objection) Unwrap() error { return o.Err }

// Imports imports the libraries in one child of p, with path in front of sys.path. It
// returns the first *Objection in their order, nil if there is none, or another error
// when the child cannot be started or ctx ends. It takes as long as the imports do.
func Imports(ctx context.Context, p locate.Python, path, libraries []string) error {
	if len(libraries) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if path == nil {
		path = []string{}
	}
	question, err := json.Marshal([2][]string{path, libraries})
	if err != nil {
		return err
	}
	var out, errs bytes.Buffer
	cmd := child.Command(ctx, p.Executable, "-I", "-c", script, string(question))
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	if ctx.Err() != nil {
		return fmt.Errorf("the libraries were not imported in time: %w", context.Cause(ctx))
	}
	if err != nil && !started(err) {
		return err
	}
	return firstObjection(libraries, &out, err, errs.String())
}

func started(err error) bool {
	var exit *exec.ExitError
	return errors.As(err, &exit)
}

// firstObjection reads what the child told. The first library that it did not come to
// tell of ended it.
func firstObjection(libraries []string, out *bytes.Buffer, ended error, said string) error {
	lines := bufio.NewScanner(out)
	for _, name := range libraries {
		if !lines.Scan() {
			if ended == nil {
				ended = errors.New("it ended the interpreter")
			}
			return &Objection{Library: name, Err: fmt.Errorf("%w%s", ended, last(said))}
		}
		var told struct {
			Fault string
			GIL   bool
		}
		if err := json.Unmarshal(lines.Bytes(), &told); err != nil {
			return fmt.Errorf("the answer on %s is not readable: %w", name, err)
		}
		switch {
		case told.Fault != "":
			return &Objection{Library: name, Err: errors.New(told.Fault)}
		case told.GIL:
			return &Objection{Library: name, GIL: true}
		}
	}
	return nil
}

func last(said string) string {
	lines := strings.Split(strings.TrimSpace(said), "\n")
	if line := lines[len(lines)-1]; line != "" {
		return ": " + line
	}
	return ""
}
