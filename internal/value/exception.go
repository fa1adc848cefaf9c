package value

import (
	"fmt"
	"io"
	"strings"
)

// ExceptionFrame is one entry of a traceback, the outermost first.
type ExceptionFrame struct {
	File     string
	Line     int
	Function string // qualified name
	Source   string // the line's text without indentation, "" if unknown
}

// PythonError is an exception that Python code raised. Print it with %+v to see
// it as Python would print it.
type PythonError struct {
	Type      string   // qualified name: "ValueError", "Outer.Inner"
	Module    string   // module of the type: "builtins"
	Bases     []string // base classes with their modules, in method resolution order
	Message   string   // str(exception)
	Notes     []string // what add_note added
	Traceback []ExceptionFrame
	Cause     *PythonError   // of "raise … from cause"
	Context   *PythonError   // raised while this one's predecessor was handled; nil where Cause is set or it was suppressed
	Group     []*PythonError // members of an exception group

	Go error // the Go error that a Go function called from Python returned, if that is what was raised
}

// Error returns the last line of what Python would print.
func (e *PythonError) Error() string { return "python: " + e.summary() }

// Unwrap returns the Go error behind the exception, and its cause.
func (e *PythonError) Unwrap() []error {
	var errs []error
	if e.Go != nil {
		errs = append(errs, e.Go)
	}
	if e.Cause != nil {
		errs = append(errs, e.Cause)
	}
	return errs
}

// IsA reports whether the exception is of a type, or one derived from it: name is
// "ValueError", "builtins.ValueError" or "numpy.exceptions.AxisError".
func (e *PythonError) IsA(name string) bool {
	if e.Type == name || e.qualified() == name {
		return true
	}
	for _, b := range e.Bases {
		if b == name || strings.TrimPrefix(b, "builtins.") == name {
			return true
		}
	}
	return false
}

func (e *PythonError) qualified() string { return e.Module + "." + e.Type }

func (e *PythonError) summary() string {
	name := e.Type
	if e.Module != "builtins" && e.Module != "__main__" {
		name = e.qualified()
	}
	if e.Message == "" {
		return name
	}
	return name + ": " + e.Message
}

// Format prints the error; %+v with traceback, notes, cause and context.
func (e *PythonError) Format(s fmt.State, verb rune) {
	if verb == 'v' && s.Flag('+') {
		e.print(s, "")
		return
	}
	fmt.Fprintf(s, fmt.FormatString(s, verb), e.Error())
}

const (
	becauseOf = "\nThe above exception was the direct cause of the following exception:\n\n"
	whileIn   = "\nDuring handling of the above exception, another exception occurred:\n\n"
)

func (e *PythonError) print(w io.Writer, indent string) {
	if e.Cause != nil {
		e.Cause.print(w, indent)
		io.WriteString(w, becauseOf)
	} else if e.Context != nil {
		e.Context.print(w, indent)
		io.WriteString(w, whileIn)
	}
	e.printTraceback(w, indent)
	fmt.Fprintf(w, "%s%s\n", indent, e.summary())
	for _, n := range e.Notes {
		fmt.Fprintf(w, "%s%s\n", indent, strings.ReplaceAll(n, "\n", "\n"+indent))
	}
	for i, member := range e.Group {
		fmt.Fprintf(w, "%s  +---------------- %d ----------------\n", indent, i+1)
		member.print(w, indent+"    ")
	}
}

func (e *PythonError) printTraceback(w io.Writer, indent string) {
	if len(e.Traceback) == 0 {
		return
	}
	fmt.Fprintf(w, "%sTraceback (most recent call last):\n", indent)
	for _, f := range e.Traceback {
		fmt.Fprintf(w, "%s  File %q, line %d, in %s\n", indent, f.File, f.Line, f.Function)
		if f.Source != "" {
			fmt.Fprintf(w, "%s    %s\n", indent, f.Source)
		}
	}
}
