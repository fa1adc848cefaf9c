//go:build !linux && !darwin && !freebsd && !netbsd && !openbsd && !dragonfly

package child

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// Nothing here runs: OpenRegistry fails, and without a registry no process starts.

const supported = false

const sigcont = syscall.Signal(0)

var errLocked = errors.New("locked")

var errUnsupported = fmt.Errorf("child: processes on this system: %w", errors.ErrUnsupported)

func lock(*os.File) error { return errUnsupported }

func private(string) error { return errUnsupported }

func own(string) error { return errUnsupported }

func steady(string) error { return errUnsupported }

func spawn([]string, *os.ProcAttr) (*os.Process, error) { return nil, errUnsupported }

func signalGroup(int, syscall.Signal) error { return errUnsupported }

func await(int) error { return errUnsupported }
