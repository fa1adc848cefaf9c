package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const offer = "./testdata/offer"

func TestGenStubs(t *testing.T) {
	file := filepath.Join(t.TempDir(), "snakepit_host.pyi")
	code, _, stderr := command(t, "gen", "stubs", "-o", file, offer)
	require.Zero(t, code, stderr)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(text), "def tokenize(text: str, most: int = ...) -> list[str]:")
	entries, err := os.ReadDir(filepath.Dir(file))
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing else is left there")
	require.NoDirExists(t, filepath.Join("testdata", "offer", printerDir))

	code, stdout, _ := command(t, "gen", "stubs", "-o", "-", offer)
	require.Zero(t, code)
	require.Equal(t, string(text), stdout)
}

func TestGenStubsFails(t *testing.T) {
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"./nowhere"}, "no Go package ./nowhere"},
		{[]string{"../..."}, "names several Go packages, or none; name one"},
		{[]string{"."}, "is a program, which nothing can import"},
		{[]string{"--var", "Missing", offer}, "want an exported variable Missing of type []tool.Tool"},
		{[]string{"--var", "Number", offer}, "want an exported variable Number of type []tool.Tool"},
		{[]string{"--var", "Broken", offer}, `"not a name" is no name for a tool`},
		{[]string{"-o", "/nowhere/at/all.pyi", offer}, "/nowhere/at"},
	} {
		code, _, stderr := command(t, append([]string{"gen", "stubs"}, c.args...)...)
		require.NotZero(t, code, c.args)
		require.Contains(t, stderr, c.says, c.args)
	}
}
