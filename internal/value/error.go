package value

import "fmt"

// ConversionError says that a value could not cross between Go and Python.
type ConversionError struct {
	Path string // where in the arguments or the result: "args[0].name", "result[3]"
	Want string // the type or property that was needed
	Got  string // what was there
	Err  error  // the error behind it, if there is one
}

// Unwrap returns the error behind it.
func (e *ConversionError) Unwrap() error { return e.Err }

func (e *ConversionError) Error() string {
	return fmt.Sprintf("snakepit: %s: want %s, got %s", e.Path, e.Want, e.Got)
}
