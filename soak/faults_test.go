package soak_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/gosnakepit/snakepit"
)

// faults provoke errors of each kind, and want to get them.
var faults = []deed{
	{"an exception", 10, exception},
	{"a recursion without end", 1, func(p *place) error {
		_, err := p.pool.Call(ctx0, "soakload:recurse")
		return raised("RecursionError")(err)
	}},
	{"arrays that do not fit", 2, func(p *place) error {
		_, err := p.pool.Call(ctx0, "soakload:wrong_shape")
		var shape *snakepit.ShapeError
		return provoked(errors.As(err, &shape), err)
	}},
	{"what Python cannot get", 3, func(p *place) error {
		_, err := p.pool.Call(ctx0, "soakload:echo", []any{1, func() {}})
		return conversion(err)
	}},
	{"what Go cannot get", 2, func(p *place) error {
		_, err := p.pool.Call(ctx0, "soakload:surrogate")
		return conversion(err)
	}},
	{"a wrong type in Go", 2, func(p *place) error {
		v, err := p.pool.Call(ctx0, "soakload:inc", 1)
		if err != nil {
			return err
		}
		_, err = snakepit.As[string](v)
		return conversion(err)
	}},
	{"wrong arguments", 3, func(p *place) error {
		_, err := p.pool.Execute(ctx0, "add", snakepit.Args{"a": "text"})
		var invalid *snakepit.ValidationError
		return provoked(errors.As(err, &invalid), err)
	}},
	{"no such tool", 2, func(p *place) error {
		_, err := p.pool.Execute(ctx0, "absent", nil)
		return provoked(errors.Is(err, snakepit.ErrToolNotFound), err)
	}},
	{"a stream that is called", 1, func(p *place) error {
		_, err := p.pool.Execute(ctx0, "numbers", snakepit.Args{"n": 1})
		return provoked(errors.Is(err, snakepit.ErrStreams), err)
	}},
	{"no such function", 2, func(p *place) error {
		_, err := p.pool.Call(ctx0, "soakload:absent")
		return raised("AttributeError")(err)
	}},
	{"a copy that is not wanted", 2, func(p *place) error {
		_, err := p.pool.With(snakepit.RequireZeroCopy()).Call(ctx0, "soakload:echo", strings.Repeat("x", 8<<10))
		return provoked(errors.Is(err, snakepit.ErrCopied), err)
	}},
	{"a Go tool that fails", 3, func(p *place) error {
		err := askFor(p, "fails")
		return provoked(errors.Is(err, errProvoked), err)
	}},
	{"a Go tool that panics", 1, func(p *place) error { return raised("HostToolError")(askFor(p, "panics")) }},
}

// exceptions are functions and what they raise.
var exceptions = [][2]string{
	{"fail", "ValueError"},
	{"fail_with_cause", "KeyError"},
	{"fail_in_group", "ExceptionGroup"},
	{"fail_own", "Own"},
	{"leave", "SystemExit"},
	{"no_memory", "MemoryError"},
}

func exception(p *place) error {
	e := exceptions[rand.IntN(len(exceptions))]
	_, err := p.pool.Call(ctx0, "soakload:"+e[0])
	return raised(e[1])(err)
}

// raised wants an exception of this type.
func raised(name string) func(error) error {
	return func(err error) error {
		var e *snakepit.PythonError
		return provoked(errors.As(err, &e) && e.Type == name, err)
	}
}

func conversion(err error) error {
	var c *snakepit.ConversionError
	return provoked(errors.As(err, &c), err)
}

// provoked is nil if an error is the one that was provoked.
func provoked(ok bool, err error) error {
	switch {
	case ok:
		return nil
	case err == nil:
		return errors.New("there was no error")
	}
	return fmt.Errorf("not the error that was provoked: %w", err)
}

func askFor(p *place, tool string) error {
	_, err := p.pool.Execute(ctx0, "ask", snakepit.Args{"name": tool, "args": map[string]any{}})
	return err
}
