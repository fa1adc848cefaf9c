package profiletest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
)

func (s *suite) exceptions(t *testing.T) {
	t.Run("Type", s.exceptionType)
	t.Run("Traceback", s.traceback)
	t.Run("Notes", s.notes)
	t.Run("Chain", s.chain)
	t.Run("Group", s.group)
	t.Run("Printed", s.printed)
	t.Run("Hostile", s.hostile)
	t.Run("ThoseThatEndPrograms", s.endings)
	t.Run("Recursion", s.recursion)
	t.Run("Memory", s.memory)
	t.Run("Families", s.families)
	t.Run("Unraisable", func(t *testing.T) { requireSame(t, list{"in __del__"}, s.failing(t, "unraisable", nil)) })
}

// failing calls a function of the module failing, and checks that the next call on
// each worker is clean.
func (s *suite) failing(t *testing.T, function string, to *error, args ...any) any {
	t.Helper()
	v, err := s.rt.Call(t.Context(), "failing:"+function, args...)
	for i := range 8 {
		clean, err := s.rt.Call(t.Context(), "conformance:add", i)
		require.NoError(t, err, "the call after %s", function)
		requireSame(t, int64(i+10), clean)
	}
	if to == nil {
		require.NoError(t, err)
		return v
	}
	require.Error(t, err, "%s returned %v", function, v)
	*to = err
	return v
}

// raised is failing for a function that must raise a type.
func (s *suite) raised(t *testing.T, typ, function string, args ...any) *snakepit.PythonError {
	t.Helper()
	var err error
	s.failing(t, function, &err, args...)
	return pythonError(t, err, typ)
}

func (s *suite) exceptionType(t *testing.T) {
	e := s.raised(t, "ValueError", "plain", "the message")
	require.Equal(t, "builtins", e.Module)
	require.Equal(t, []string{"builtins.Exception", "builtins.BaseException", "builtins.object"}, e.Bases)
	require.Equal(t, "the message", e.Message)
	require.Equal(t, "python: ValueError: the message", e.Error())

	e = s.raised(t, "Outer.Inner", "nested")
	require.Equal(t, "failing", e.Module)
	require.Equal(t, "builtins.ValueError", e.Bases[0])
	require.Equal(t, "python: failing.Outer.Inner: inner", e.Error())
	for _, name := range []string{"Outer.Inner", "failing.Outer.Inner", "ValueError", "builtins.ValueError", "Exception"} {
		require.True(t, e.IsA(name), name)
	}
	require.False(t, e.IsA("KeyError"))
	require.False(t, snakepit.SafeToRetry(e))
	require.Equal(t, "'k'", s.raised(t, "KeyError", "by_name", "KeyError", "k").Message)
	require.Equal(t, "python: ValueError", s.raised(t, "ValueError", "by_name", "ValueError").Error())
	require.Equal(t, "decimal", s.raised(t, "InvalidOperation", "argument").Module)
}

func (s *suite) traceback(t *testing.T) {
	e := s.raised(t, "ValueError", "through")
	var functions []string
	for _, f := range e.Traceback {
		require.True(t, strings.HasSuffix(f.File, "failing.py"), f.File)
		require.Positive(t, f.Line)
		functions = append(functions, f.Function)
	}
	level := "through.<locals>.level"
	require.Equal(t, []string{"through", level, level, level, level, "plain"}, functions)
	require.Equal(t, "raise ValueError(message)", e.Traceback[5].Source)
	require.Equal(t, "return level(n - 1)", e.Traceback[1].Source)

	err := s.rt.Exec(context.Background(), "tb", "def f():\n    raise ValueError('here')\n\nf()\n")
	e = pythonError(t, err, "ValueError")
	last := e.Traceback[len(e.Traceback)-1]
	require.Equal(t, snakepit.ExceptionFrame{File: "<tb>", Line: 2, Function: "f", Source: "raise ValueError('here')"}, last)
}

func (s *suite) notes(t *testing.T) {
	require.Equal(t, []string{"first", "second\nline"}, s.raised(t, "ValueError", "notes").Notes)
}

func (s *suite) chain(t *testing.T) {
	e := s.raised(t, "KeyError", "cause")
	require.NotNil(t, e.Cause)
	require.Nil(t, e.Context)
	require.Equal(t, "the cause", e.Cause.Message)
	require.Equal(t, "plain", e.Cause.Traceback[len(e.Cause.Traceback)-1].Function)
	var inner *snakepit.PythonError
	require.True(t, errors.As(errors.Unwrap(fmt.Errorf("wrapped: %w", e)), &inner))
	require.ErrorIs(t, e, e.Cause)

	e = s.raised(t, "KeyError", "context")
	require.Nil(t, e.Cause)
	require.Equal(t, "first", e.Context.Message)

	e = s.raised(t, "KeyError", "suppressed")
	require.Nil(t, e.Cause)
	require.Nil(t, e.Context)

	require.Nil(t, s.raised(t, "ValueError", "self_cause").Cause)
	e = s.raised(t, "ValueError", "long_chain")
	require.Equal(t, "1999", e.Message)
	require.Equal(t, "1998", e.Cause.Message)
}

func (s *suite) group(t *testing.T) {
	e := s.raised(t, "ExceptionGroup", "group")
	require.Equal(t, "outer (2 sub-exceptions)", e.Message)
	require.Len(t, e.Group, 2)
	require.Equal(t, "one", e.Group[0].Message)
	require.Equal(t, "two", e.Group[1].Group[0].Message)
	require.True(t, e.IsA("BaseExceptionGroup"))
	require.Len(t, s.raised(t, "ExceptionGroup", "wide_group").Group, 1000)
}

func (s *suite) printed(t *testing.T) {
	text := fmt.Sprintf("%+v", s.raised(t, "KeyError", "cause"))
	parts := []string{
		"Traceback (most recent call last):\n  File \"", "failing.py\", line ", ", in cause\n    plain(\"the cause\")\n",
		"    raise ValueError(message)\nValueError: the cause\n",
		"\nThe above exception was the direct cause of the following exception:\n\nTraceback (most recent call last):\n",
		"    raise KeyError(\"effect\") from err\nKeyError: 'effect'\n",
	}
	requireInOrder(t, text, parts)
	text = fmt.Sprintf("%+v", s.raised(t, "KeyError", "context"))
	requireInOrder(t, text, []string{"ValueError: first\n", "\nDuring handling of the above exception, another exception occurred:\n\n", "KeyError: 'second'\n"})
	requireInOrder(t, fmt.Sprintf("%+v", s.raised(t, "ValueError", "notes")), []string{"ValueError: with notes\nfirst\nsecond\nline\n"})
	requireInOrder(t, fmt.Sprintf("%+v", s.raised(t, "ExceptionGroup", "group")), []string{"outer (2 sub-exceptions)\n", "1 ---", "ValueError: one", "2 ---", "TypeError: two"})
	short := s.raised(t, "ValueError", "notes")
	require.Equal(t, "python: ValueError: with notes", fmt.Sprintf("%v", short))
	require.Equal(t, fmt.Sprintf("%q", short.Error()), fmt.Sprintf("%q", short))
}

func requireInOrder(t *testing.T, text string, parts []string) {
	t.Helper()
	rest := text
	for _, p := range parts {
		_, after, found := strings.Cut(rest, p)
		require.True(t, found, "%q is missing, or out of order, in\n%s", p, text)
		rest = after
	}
}

// hostile are exceptions that resist being described.
func (s *suite) hostile(t *testing.T) {
	require.Contains(t, s.raised(t, "Mute", "by_name", "Mute").Message, "ZeroDivisionError")
	require.Contains(t, s.raised(t, "Quiet", "by_name", "Quiet").Message, "TypeError")
	require.Equal(t, "h", s.raised(t, "Hostile", "by_name", "Hostile", "h").Message)
	require.Equal(t, "o", s.raised(t, "Odd", "by_name", "Odd", "o").Message)
	require.Equal(t, `\ud800 text`, s.raised(t, "ValueError", "surrogate").Message)
	require.Equal(t, "from a file", s.raised(t, "ValueError", "surrogate_file").Message)
	require.Len(t, s.raised(t, "ValueError", "long_message").Message, 1_000_000)
	require.Equal(t, "strange", s.raised(t, "metaclass.<locals>.Strange", "metaclass").Message)
	s.raised(t, "ExceptionGroup", "deep_group")
	s.raised(t, "StopIteration", "stop")
}

// endings are exceptions that would end a Python program.
func (s *suite) endings(t *testing.T) {
	e := s.raised(t, "SystemExit", "exit_with", 3)
	require.Equal(t, "3", e.Message)
	require.False(t, e.IsA("Exception"))
	s.raised(t, "KeyboardInterrupt", "by_name", "KeyboardInterrupt")
	s.raised(t, "GeneratorExit", "by_name", "GeneratorExit")
	s.raised(t, "BaseException", "by_name", "BaseException")
	_, err := s.rt.Eval(context.Background(), "end", "exit()")
	require.Error(t, err)
	pythonError(t, s.rt.Exec(context.Background(), "end", "raise SystemExit"), "SystemExit")
}

func (s *suite) recursion(t *testing.T) {
	for _, function := range []string{"recursion", "sorted_recursion", "deep_repr", "deep_compare"} {
		t.Run(function, func(t *testing.T) {
			e := s.raised(t, "RecursionError", function)
			require.True(t, e.IsA("RuntimeError"))
			require.Equal(t, function, e.Traceback[0].Function, "the outermost frame")
			require.LessOrEqual(t, len(e.Traceback), 1000)
			last := e.Traceback[len(e.Traceback)-1]
			require.Contains(t, last.Function, function, "the innermost frame")
		})
	}
}

func (s *suite) memory(t *testing.T) {
	s.raised(t, "MemoryError", "no_memory")
	s.raised(t, "MemoryError", "no_memory_str")
}
