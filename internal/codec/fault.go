package codec

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"

	"github.com/gosnakepit/snakepit/internal/value"
)

// The longest path that an error keeps whole; beyond it the middle is left out.
const (
	maxPath  = 256
	pathHead = 128
	pathTail = 64
)

func fault(want, got string) error { return &value.ConversionError{Want: want, Got: got} }

// faultOf is the fault of a value that gave an error.
func faultOf(want string, err error) error {
	return &value.ConversionError{Want: want, Got: err.Error(), Err: err}
}

// never is the fault of a type none of whose values can cross.
func never(t reflect.Type, why string) error {
	return fault("a type that can cross to Python", t.String()+why)
}

// at prepends a step to the path of a failure on its way out.
func at(step string, err error) error {
	var c *value.ConversionError
	if errors.As(err, &c) {
		c.Path = shorten(step + c.Path)
	}
	return err
}

func atIndex(i int, err error) error { return at("["+strconv.Itoa(i)+"]", err) }

// atKey is the step to the value of a key.
func atKey(key any, err error) error {
	switch k := key.(type) {
	case string:
		return at("["+quote(k)+"]", err)
	case fmt.Stringer, int, int64, uint64, float64, bool:
		return at(fmt.Sprintf("[%.40s]", fmt.Sprint(k)), err)
	}
	return at("[key]", err)
}

// inKey is the step to a key itself.
func inKey(err error) error { return at("[key]", err) }

// quote quotes the beginning of a string.
func quote[T string | []byte](s T) string {
	if len(s) > 40 {
		return strconv.Quote(string(s[:40])) + "…"
	}
	return strconv.Quote(string(s))
}

func shorten(path string) string {
	if len(path) <= maxPath {
		return path
	}
	return path[:pathHead] + "…" + path[len(path)-pathTail:]
}

// fresh returns a copy of an error kept in a plan, whose path the caller may extend.
func fresh(err error) error {
	var c *value.ConversionError
	if errors.As(err, &c) {
		d := *c
		return &d
	}
	return err
}
