package tool_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/tool"
)

// named is a tool that has nothing but its name.
func named(name string) tool.Tool {
	return tool.New(name, "", func(context.Context, struct{}) (struct{}, error) { return struct{}{}, nil })
}

func TestNames(t *testing.T) {
	for _, name := range []string{
		"a", "Z", "0", "9lives", "tokenize", "Tokenize2", "a_b", "a.b.c", "a-b", "a__", "a..", "a--", "math.add-2_x",
		strings.Repeat("n", tool.MaxName),
	} {
		made := named(name)
		s, err := made.Spec()
		require.NoError(t, err, name)
		require.Equal(t, name, s.Name)
		require.Equal(t, name, made.Name())
	}
}

func TestNamesRefused(t *testing.T) {
	for _, c := range []struct{ name, why string }{
		{"", "it is empty"},
		{strings.Repeat("n", tool.MaxName+1), "it is longer than 64 bytes"},
		{strings.Repeat("é", 33), "it is longer than 64 bytes"}, // bytes, not letters
		{" ", "byte 0 is ' '; letters, digits, and after the first _ . - are allowed"},
		{"_private", "byte 0 is '_'; letters, digits, and after the first _ . - are allowed"},
		{".hidden", "byte 0 is '.'; letters, digits, and after the first _ . - are allowed"},
		{"-flag", "byte 0 is '-'; letters, digits, and after the first _ . - are allowed"},
		{"two words", "byte 3 is ' '; letters, digits, and after the first _ . - are allowed"},
		{"trailing ", "byte 8 is ' '; letters, digits, and after the first _ . - are allowed"},
		{"line\n", `byte 4 is '\n'; letters, digits, and after the first _ . - are allowed`},
		{"nul\x00", `byte 3 is '\x00'; letters, digits, and after the first _ . - are allowed`},
		{"a/b", "byte 1 is '/'; letters, digits, and after the first _ . - are allowed"},
		{"a:b", "byte 1 is ':'; letters, digits, and after the first _ . - are allowed"},
		{"naïve", "byte 2 is 'Ã'; letters, digits, and after the first _ . - are allowed"},
		{"a@", "byte 1 is '@'; letters, digits, and after the first _ . - are allowed"},
		{"a[", "byte 1 is '['; letters, digits, and after the first _ . - are allowed"},
		{"a`", "byte 1 is '`'; letters, digits, and after the first _ . - are allowed"},
		{"a{", "byte 1 is '{'; letters, digits, and after the first _ . - are allowed"},
	} {
		_, err := named(c.name).Spec()
		var wrong *tool.NameError
		require.ErrorAs(t, err, &wrong, "%q", c.name)
		require.Equal(t, tool.NameError{Name: c.name, Why: c.why}, *wrong)
		require.ErrorContains(t, err, "is no name for a tool: "+c.why)
	}
}

func TestNameErrorIsShort(t *testing.T) {
	_, err := named(strings.Repeat("n", 1<<20)).Spec()
	require.Error(t, err)
	require.Less(t, len(err.Error()), 200)
}
