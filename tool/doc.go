// Package tool describes tools: Go functions that Python may call, and what both sides
// know of each other's.
//
//	var tokenize = tool.New("tokenize", "split text into words",
//		func(ctx context.Context, in struct {
//			Text string `py:"text" doc:"what to split"`
//		}) ([]string, error) {
//			return strings.Fields(in.Text), nil
//		})
//
// A [Tool] is registered with a runtime or a session, which makes it a function in
// Python. A [Spec] says what a tool of either side takes and gives, as JSON Schema of
// the draft 2020-12. A [Checker] checks Go values against one, before anything crosses.
//
// # Schemas and Go types
//
// Where JSON has no type for what Python has, a schema carries the keyword "x-python"
// with the name of the Python type: "bytes", "datetime.datetime", "decimal.Decimal",
// "collections.abc.Iterator" and so on. A Checker takes a Go value for what it becomes in
// Python: an int is a number too, but a float is never an integer, not even 3.0, and
// a bool is neither. Objects that live in Python fit anywhere: only Python can tell.
//
// All functions are safe for concurrent use.
package tool
