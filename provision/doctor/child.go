package doctor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/gosnakepit/snakepit/provision/internal/child"
)

var getenv = os.Getenv

// runChild starts a child and returns its standard output. The error carries the
// last line of what it complained about.
func runChild(ctx context.Context, argv ...string) (string, error) {
	var out, errs bytes.Buffer
	cmd := child.Command(ctx, argv...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if err == nil {
		return strings.TrimSpace(out.String()), nil
	}
	lines := strings.Split(strings.TrimSpace(errs.String()), "\n")
	if last := lines[len(lines)-1]; last != "" && !crashed(err) {
		err = errors.New(last)
	}
	return "", err
}

// crashed says that a signal ended the child: then how it ended says more than
// what it printed.
func crashed(err error) bool {
	var exit *exec.ExitError
	return errors.As(err, &exit) && !exit.Exited()
}

var errNone = fmt.Errorf("not installed")
