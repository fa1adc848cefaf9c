package tool

import "fmt"

// ValidationError says that an argument does not fit the tool's schema. The tool has
// not run.
type ValidationError struct {
	Tool     string
	Path     string // where in the arguments: "items[3].name"
	Expected string
	Got      string
	Err      error // the error behind it, if there is one
}

func (e *ValidationError) Error() string {
	where := "arguments"
	if e.Path != "" {
		where = "argument " + e.Path
	}
	return fmt.Sprintf("snakepit: tool %q: %s: expected %s, got %s", e.Tool, where, e.Expected, e.Got)
}

// Unwrap returns the error behind it.
func (e *ValidationError) Unwrap() error { return e.Err }

// ToolName is for profiles, which tell Python.
func (e *ValidationError) ToolName() string { return e.Tool }
