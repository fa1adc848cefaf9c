package wire_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

// TestTagsInC compares the tags, in order, with those of cgo/wire.h.
func TestTagsInC(t *testing.T) {
	header, err := os.ReadFile("../../cgo/wire.h")
	require.NoError(t, err)
	var inC []string
	for _, m := range regexp.MustCompile(`(?m)^\s+SP_([A-Z_]+),$`).FindAllSubmatch(header, -1) {
		inC = append(inC, string(m[1]))
	}
	require.Equal(t, tagNames(t), inC)
	require.Contains(t, string(header), "SP_ENCODED = 255")
	require.Contains(t, string(header), "#define SP_HEADER_SIZE 16")
}

// tagNames lists the constants from None to the last before Encoded, as C spells them.
func tagNames(t *testing.T) (names []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "tag.go", nil, 0)
	require.NoError(t, err)
	var seen bool
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok {
			name := spec.Names[0].Name
			seen = seen || name == "None"
			if seen && name != "Encoded" && !kinds[name] {
				names = append(names, upperSnake(name))
			}
		}
		return true
	})
	return names
}

var kinds = map[string]bool{
	"Iterator": true, "DateTime": true, "Date": true, "TimeOfDay": true, "TimeDelta": true, "Decimal": true, "UUID": true, "Opaque": true,
}

func upperSnake(name string) string {
	var b strings.Builder
	for i, r := range name {
		if i > 0 && unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToUpper(r))
	}
	return strings.ReplaceAll(b.String(), "BIG_INT", "BIGINT")
}
