package zarrow

import (
	"errors"
	"fmt"
	"syscall"
)

var (
	// ErrReleased means that a Value was exported after its last holder gave it up.
	ErrReleased = errors.New("zarrow: the value was released: wrap the data again")
	// ErrTaken means that a reader was to be read a second time.
	ErrTaken = errors.New("zarrow: the reader can be read once and was taken already: wrap a table to read it twice")
)

// UnsupportedError is a type that cannot cross: arrow-go v17 does not have it, or
// Arrow's C interface cannot carry it.
type UnsupportedError struct {
	Field  string // the path to the field, like "orders.item.price"; empty for the value itself
	Type   string
	Reason string
}

func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("zarrow: %s has type %s, which cannot cross: %s; cast it to another type first", whom(e.Field), e.Type, e.Reason)
}

// InvalidError is Arrow data that breaks Arrow's rules. Nothing of it was kept.
type InvalidError struct {
	Field  string // the path to the field, like "orders.item.price"; empty for the value itself
	Reason string
}

func (e *InvalidError) Error() string {
	return fmt.Sprintf("zarrow: %s is not valid Arrow data: %s; it was made wrongly, look at its producer", whom(e.Field), e.Reason)
}

// StreamError is a stream of Python that failed.
type StreamError struct {
	Errno   syscall.Errno
	Message string // the producer's words, often a Python exception
}

func (e *StreamError) Error() string {
	return fmt.Sprintf("zarrow: the stream failed: %s (%v)", e.Message, e.Errno)
}

// Unwrap returns the number of the error.
func (e *StreamError) Unwrap() error { return e.Errno }

func whom(field string) string {
	if field == "" {
		return "the value"
	}
	return fmt.Sprintf("field %q", field)
}

// within names the field that an error of something inside it is about.
func within(name string, err error) error {
	switch e := err.(type) {
	case *UnsupportedError:
		e.Field = join(name, e.Field)
	case *InvalidError:
		e.Field = join(name, e.Field)
	}
	return err
}

func join(outer, inner string) string {
	switch {
	case inner == "":
		return outer
	case outer == "":
		return inner
	}
	return outer + "." + inner
}

func invalid(format string, args ...any) error {
	return &InvalidError{Reason: fmt.Sprintf(format, args...)}
}

// caught turns a panic of arrow-go or of foreign types into an error.
func caught(err *error) {
	if r := recover(); r != nil {
		*err = invalid("%v", r)
	}
}
