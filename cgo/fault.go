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
	fields, _ := v.(value.Tuple)
	switch {
	case err != nil:
		return err
	case s == Unfit && len(fields) == 3:
		return unfit(fields)
	case s == Raised && len(fields) == describedFields:
		return exception(fields, goError)
	}
	return errUndescribed
}

func unfit(f value.Tuple) error {
	return &value.ConversionError{Path: "result" + text(f[0]), Want: text(f[1]), Got: text(f[2])}
}

// describedFields is the length of what _errors.describe returns.
const describedFields = 10

func exception(f value.Tuple, goError func(any) error) *value.PythonError {
	e := &value.PythonError{
		Type: text(f[0]), Module: text(f[1]), Bases: texts(f[2]), Message: text(f[3]),
		Notes: texts(f[4]), Traceback: frames(f[5]),
		Cause: linked(f[6], goError), Context: linked(f[7], goError),
	}
	for _, member := range list(f[8]) {
		e.Group = append(e.Group, linked(member, goError))
	}
	if f[9] != nil && goError != nil {
		e.Go = goError(f[9])
	}
	return e
}

func linked(v any, goError func(any) error) *value.PythonError {
	f, ok := v.(value.Tuple)
	if !ok || len(f) != describedFields {
		return nil
	}
	return exception(f, goError)
}

func frames(v any) []value.ExceptionFrame {
	var all []value.ExceptionFrame
	for _, item := range list(v) {
		f, ok := item.(value.Tuple)
		if !ok || len(f) != 4 {
			continue
		}
		line, _ := f[1].(int64)
		all = append(all, value.ExceptionFrame{File: text(f[0]), Line: int(line), Function: text(f[2]), Source: text(f[3])})
	}
	return all
}

func list(v any) []any {
	l, _ := v.([]any)
	return l
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

func texts(v any) []string {
	var all []string
	for _, item := range list(v) {
		all = append(all, text(item))
	}
	return all
}
