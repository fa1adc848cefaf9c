package codec

import "github.com/gosnakepit/snakepit/internal/value"

// describedFields is the length of what _errors.describe returns.
const describedFields = 10

// Exception makes an error of what _errors.describe returned, nil of anything else.
// goError finds the error behind the token of an exception that a Go function caused;
// it may be nil.
func Exception(v any, goError func(token any) error) *value.PythonError {
	f, ok := v.(value.Tuple)
	if !ok || len(f) != describedFields {
		return nil
	}
	e := &value.PythonError{
		Type: text(f[0]), Module: text(f[1]), Bases: texts(f[2]), Message: text(f[3]),
		Notes: texts(f[4]), Traceback: frames(f[5]),
		Cause: Exception(f[6], goError), Context: Exception(f[7], goError),
	}
	for _, member := range list(f[8]) {
		e.Group = append(e.Group, Exception(member, goError))
	}
	if f[9] != nil && goError != nil {
		e.Go = goError(f[9])
	}
	return e
}

// Unfit makes an error of why a result could not leave Python: its path within the
// result, what was wanted and what was there.
func Unfit(path, want, got string) error {
	return &value.ConversionError{Path: "result" + path, Want: want, Got: got}
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
