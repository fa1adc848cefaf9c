//go:build !linux

package child

import (
	"errors"
	"fmt"
	"time"
)

// What only Linux has.

type leash struct{}

func newLeash(int) (*leash, error) { return nil, nil }

func (*leash) close() {}

type oomWatch struct{}

func newOOMWatch() *oomWatch { return nil }

func (*oomWatch) settle(int) {}

func (*oomWatch) rose() bool { return false }

type candidate struct {
	pid, group int
	start      uint64
}

func (candidate) carries(mark) bool { return false }

func killAll(time.Duration, func(candidate) bool) int { return 0 }

func stateOf(int) (State, error) {
	return State{}, fmt.Errorf("child: state of a process on this system: %w", errors.ErrUnsupported)
}

func startOf(int) uint64 { return 0 }

func bootID() string { return "" }

func pidSpace() string { return "" }
