package zerocopy

import (
	"errors"
	"fmt"
	"slices"
)

// ErrReleased says that a tensor was used after its Release.
var ErrReleased = errors.New("the tensor was released before; call Release after the last use, or use a view of its own")

// TensorError says what could not be done with a tensor, why, and what would help.
type TensorError struct {
	Op     string // "Reshape"
	Reason string
	Err    error // ErrReleased, another cause, or nil
}

func (e *TensorError) Error() string { return "zerocopy: " + e.Op + ": " + e.Reason }

// Unwrap returns the cause.
func (e *TensorError) Unwrap() error { return e.Err }

func fail(op, format string, args ...any) error {
	return &TensorError{Op: op, Reason: fmt.Sprintf(format, args...)}
}

func because(op string, err error) error {
	return &TensorError{Op: op, Reason: err.Error(), Err: err}
}

func released(op string) error { return because(op, ErrReleased) }

// dims prints numbers of the caller without making them escape.
func dims(d []int) string { return fmt.Sprint(slices.Clone(d)) }
