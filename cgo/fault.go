package cgo

import (
	"errors"
	"io"

	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
)

// errUndescribed stands for an exception of which not even a description could be made.
var errUndescribed = errors.New("snakepit: Python raised an exception that could not be described (out of memory?)")

// Err returns what went wrong with the entry that left its result in f: a *value.PythonError, a *value.ConversionError or an
// [UnattachedError]; io.EOF at the end of an iterator; nil if nothing did. goError finds the error behind the token
// of an exception that a Go function caused.
func (s Status) Err(f *wire.Frame, goError func(token any) error) error {
	switch s {
	case OK:
		return nil
	case Ended:
		return io.EOF
	case Unattached:
		return &UnattachedError{Reason: f.Ret.Bits}
	}
	reader := wire.NewReader(&f.Ret)
	v, err := codec.Decode(&reader)
	switch {
	case err != nil:
		return err
	case s == Unfit:
		return unfit(v)
	case s == Raised:
		if e := codec.Exception(v, goError); e != nil {
			return e
		}
	}
	return errUndescribed
}

// unfit reads what C says of a value that does not fit.
func unfit(v any) error {
	if f, ok := v.(value.Tuple); ok && len(f) == 3 {
		path, _ := f[0].(string)
		want, _ := f[1].(string)
		got, _ := f[2].(string)
		return codec.Unfit(path, want, got)
	}
	return errUndescribed
}
